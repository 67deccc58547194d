"""What a project holds and what AnnoLab can do, as plain data and as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from annolab import plugins
from annolab.model.item import Media, Status
from annolab.store.filters import Filter
from annolab.store.project import Project
from annolab.tasks.places import root_folder

Facts = dict[str, Any]
_DONE = (Status.DONE, Status.ACCEPTED)


def project_info(project: Project) -> Facts:
    """Items by status, annotations by label, progress, annotators, media folders."""
    totals = project.totals()
    names = {label.id: label.name for label in project.schema.labels}
    # 0 is the folder of the project itself; it may hold no media.
    roots = [root for root in project.roots() if root.id] or project.roots()
    done = sum(totals.by_status.get(status, 0) for status in _DONE)
    return {
        "project": str(project.path),
        "bytes": project.path.stat().st_size,
        "items": totals.items,
        "kinds": {
            kind.value: n
            for kind in Media
            if (n := len(project.item_ids(Filter(media=kind))))
        },
        "status": {s.name.lower(): totals.by_status.get(s, 0) for s in Status},
        "progress": done / totals.items if totals.items else 0.0,
        "annotations": totals.annotations,
        "labels": {
            name: totals.by_label.get(label_id, 0) for label_id, name in names.items()
        },
        "tiers": [
            {"name": tier.name, "kind": tier.kind.value}
            for tier in project.schema.tiers
        ],
        "unlabelled": totals.by_label.get(None, 0),
        "annotators": [
            {"name": a.name, "kind": a.kind.value} for a in project.annotators()
        ],
        "media": [root_folder(project, root) for root in roots],
        "refused": [str(folder) for folder in project.refused_folders()],
    }


def info_lines(facts: Facts) -> list[str]:
    """`project_info` for people."""
    status = ", ".join(f"{n:,} {name}" for name, n in facts["status"].items() if n)
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in facts["kinds"].items())
    annotators = ", ".join(f"{a['name']} ({a['kind']})" for a in facts["annotators"])
    tiers = ", ".join(f"{t['name']} ({t['kind']})" for t in facts["tiers"])
    rows = {
        "Project": f"{facts['project']} ({facts['bytes'] / 1e6:,.1f} MB)",
        "Items": f"{facts['items']:,}" + (f" ({status})" if status else ""),
        "Kinds": kinds or "none",
        "Progress": f"{facts['progress']:.0%}",
        "Annotations": f"{facts['annotations']:,}",
        "Annotators": annotators or "none",
        "Media": ", ".join(facts["media"]) or "none",
    }
    if facts["refused"]:
        rows["Not allowed"] = ", ".join(facts["refused"]) + " (see annolab allow)"
    if tiers:
        rows["Tiers"] = tiers
    labels = {**facts["labels"]}
    if facts["unlabelled"]:
        labels["(no label)"] = facts["unlabelled"]
    lines = [f"{name + ':':13}{value}" for name, value in rows.items()]
    return [*lines, "Labels:" + ("" if labels else "      none"), *_counts(labels)]


def format_facts() -> list[Facts]:
    """Every format that can be used."""
    return [
        {
            "id": info.id,
            "title": info.title,
            "reads": info.reads,
            "writes": info.writes,
            "extensions": list(info.extensions),
            "kinds": sorted(kind.name.lower() for kind in info.kinds),
            "folder": info.per_item,
            "plugin": info.plugin,
            "options": [
                {
                    "key": option.key,
                    "type": option.type,
                    "default": option.default,
                    "choices": list(option.choices),
                    "use": option.use,
                    "doc": option.doc,
                }
                for option in info.options
            ],
        }
        for info in plugins.formats().values()
    ]


def format_lines(facts: Sequence[Facts]) -> list[str]:
    """`format_facts` for people."""
    room = 2 + max((len(fact["id"]) for fact in facts), default=0)
    lines = []
    for fact in facts:
        ways = " and ".join(
            way for way, can in (("in", fact["reads"]), ("out", fact["writes"])) if can
        )
        lines.append(f"{fact['id']:{room}}{fact['title']} ({ways})")
        lines += [f"{'':{room}}  {_option_line(option)}" for option in fact["options"]]
    return lines


def plugin_facts() -> list[Facts]:
    """Every plug-in that was found, also those that cannot be used."""
    return [
        {
            "id": plugin.id,
            "name": plugin.name,
            "version": plugin.version,
            "origin": plugin.origin,
            "place": plugin.place,
            "brings": [f"{c.kind} {c.id}" for c in plugin.contributions],
            "problem": plugin.problem,
        }
        for plugin in plugins.find_plugins()
    ]


def plugin_lines(facts: Sequence[Facts]) -> list[str]:
    """`plugin_facts` for people, and where they put their own."""
    lines = []
    width = max((len(fact["id"]) for fact in facts), default=0) + 2
    for fact in facts:
        brings = ", ".join(fact["brings"]) or "nothing"
        state = f"NOT USED: {fact['problem']}" if fact["problem"] else brings
        name = f"{fact['name']} {fact['version']}".strip()
        lines.append(f"{fact['id']:{width}}{name} ({fact['origin']}): {state}")
    lines.append(f"Your own go into {plugins.user_plugin_dir()}")
    return lines


def _counts(counts: Mapping[str, int]) -> list[str]:
    width = max(map(len, counts), default=0)
    return [f"  {name:{width}}  {n:,}" for name, n in counts.items()]


def _option_line(option: Facts) -> str:
    values = "|".join(option["choices"]) or option["type"]
    return f"--option {option['key']}={values} [{option['default']}] {option['doc']}"
