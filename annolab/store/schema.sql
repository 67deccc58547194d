-- The tables of an AnnoLab project, version 1.0. Ids are those of
-- annolab/model/ids.py: unique in practice, never renumbered, never reused.
-- Foreign keys are deferred: an edit may write in any order, COMMIT judges.
-- No triggers and no views: a project that has some is refused.

PRAGMA application_id = 1097747554; -- 0x416E4C62, "AnLb"
PRAGMA user_version = 65536;        -- major << 16 | minor

-- About the file itself; not part of what is labelled.
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- Project-wide JSON texts: title, guidelines, coco.info ...
CREATE TABLE entries (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);

-- Whoever could disagree. Names may repeat: two imports of the same file are
-- two annotators, and so is a colleague whose work was merged in.
CREATE TABLE annotators (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, detail TEXT);

-- Label schema ---------------------------------------------------------------

CREATE TABLE labels (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, color TEXT NOT NULL, hotkey TEXT,
  parent_id INTEGER REFERENCES labels DEFERRABLE INITIALLY DEFERRED,
  kinds TEXT,                       -- JSON list of geometry kinds; NULL: all
  skeleton TEXT,                    -- JSON: keypoints, edges
  position INTEGER NOT NULL, retired INTEGER NOT NULL, source TEXT);
CREATE UNIQUE INDEX labels_name ON labels (coalesce(parent_id, 0), name);

CREATE TABLE attribute_specs (
  id INTEGER PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL,
  type TEXT NOT NULL,
  label_id INTEGER REFERENCES labels DEFERRABLE INITIALLY DEFERRED, -- NULL: all
  choices TEXT,                     -- JSON list
  default_value,                    -- as in item_attributes; NULL: none
  required INTEGER NOT NULL, position INTEGER NOT NULL);
CREATE UNIQUE INDEX attribute_specs_name
  ON attribute_specs (owner, coalesce(label_id, 0), name);

-- TextGrid allows several tiers of the same name.
CREATE TABLE tiers (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,
  parent_id INTEGER REFERENCES tiers DEFERRABLE INITIALLY DEFERRED,
  position INTEGER NOT NULL);

-- Any key may be written on anything; `owners` has a bit for each kind of
-- owner that has ever used it (1 item, 2 annotation, 4 keyframe).
CREATE TABLE attribute_keys (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, owners INTEGER NOT NULL);

-- Media ----------------------------------------------------------------------

-- Relative to the folder of the project file, or absolute. 0 is that folder.
CREATE TABLE roots (id INTEGER PRIMARY KEY, path TEXT NOT NULL);

CREATE TABLE items (
  id INTEGER PRIMARY KEY,
  root_id INTEGER NOT NULL REFERENCES roots DEFERRABLE INITIALLY DEFERRED,
  path TEXT NOT NULL,               -- relative to the root, with '/'
  media TEXT NOT NULL, width INTEGER, height INTEGER,
  length,                           -- frames | pages | seconds | code points
  rate,                             -- frames or samples per second
  digest BLOB, size INTEGER, split TEXT,
  status INTEGER NOT NULL,          -- 0 new 1 begun 2 done 3 accepted 4 skipped
  priority, missing INTEGER NOT NULL, problem TEXT NOT NULL, source TEXT,
  n_annotations INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX items_path ON items (root_id, path);
-- Answers the filters of the item list, in its order, without the table.
CREATE INDEX items_list
  ON items (root_id, path, status, media, split, missing);
CREATE INDEX items_priority ON items (priority) WHERE priority IS NOT NULL;

CREATE TABLE item_attributes (
  item_id INTEGER NOT NULL REFERENCES items DEFERRABLE INITIALLY DEFERRED,
  key_id INTEGER NOT NULL REFERENCES attribute_keys DEFERRABLE INITIALLY DEFERRED,
  value NOT NULL,                   -- text, integer, real; the rest as JSON in a BLOB
  PRIMARY KEY (item_id, key_id)) WITHOUT ROWID;
CREATE INDEX item_attributes_value ON item_attributes (key_id, value);

-- The tiers an item has, also empty ones, in its order.
CREATE TABLE item_tiers (
  item_id INTEGER NOT NULL REFERENCES items DEFERRABLE INITIALLY DEFERRED,
  position INTEGER NOT NULL,
  tier_id INTEGER NOT NULL REFERENCES tiers DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (item_id, position)) WITHOUT ROWID;
CREATE INDEX item_tiers_tier ON item_tiers (tier_id);

-- Annotations ----------------------------------------------------------------

CREATE TABLE annotations (
  id INTEGER PRIMARY KEY,
  item_id INTEGER NOT NULL REFERENCES items DEFERRABLE INITIALLY DEFERRED,
  annotator_id INTEGER NOT NULL
    REFERENCES annotators DEFERRABLE INITIALLY DEFERRED,
  label_id INTEGER REFERENCES labels DEFERRABLE INITIALLY DEFERRED,
  tier_id INTEGER REFERENCES tiers DEFERRABLE INITIALLY DEFERRED,
  group_id INTEGER, frame INTEGER, text TEXT, score,
  status INTEGER NOT NULL,          -- -1 suggested 0 plain 1 accepted 2 rejected
  z INTEGER NOT NULL, locked INTEGER NOT NULL, source TEXT,
  kind INTEGER NOT NULL,            -- annolab/model/geometry.py: Kind
  start, stop,                      -- frame | seconds | code points
  x, y, w, h,                       -- box, or bounding box, in pixels
  geometry BLOB);                   -- what the columns cannot say: packing.py
CREATE INDEX annotations_item ON annotations (item_id, start);
CREATE INDEX annotations_label ON annotations (label_id, item_id);
CREATE INDEX annotations_tier ON annotations (tier_id) WHERE tier_id IS NOT NULL;

CREATE TABLE annotation_attributes (
  annotation_id INTEGER NOT NULL
    REFERENCES annotations DEFERRABLE INITIALLY DEFERRED,
  key_id INTEGER NOT NULL REFERENCES attribute_keys DEFERRABLE INITIALLY DEFERRED,
  value NOT NULL,
  PRIMARY KEY (annotation_id, key_id)) WITHOUT ROWID;

CREATE TABLE keyframes (            -- of annotations whose kind is TRACK
  annotation_id INTEGER NOT NULL
    REFERENCES annotations DEFERRABLE INITIALLY DEFERRED,
  frame INTEGER NOT NULL, outside INTEGER NOT NULL,
  attributes TEXT,                  -- JSON object; NULL: none
  kind INTEGER NOT NULL, x, y, w, h, geometry BLOB,
  PRIMARY KEY (annotation_id, frame)) WITHOUT ROWID;

CREATE TABLE relations (
  id INTEGER PRIMARY KEY,
  item_id INTEGER NOT NULL REFERENCES items DEFERRABLE INITIALLY DEFERRED,
  annotator_id INTEGER NOT NULL
    REFERENCES annotators DEFERRABLE INITIALLY DEFERRED,
  label_id INTEGER REFERENCES labels DEFERRABLE INITIALLY DEFERRED,
  head_id INTEGER NOT NULL REFERENCES annotations DEFERRABLE INITIALLY DEFERRED,
  tail_id INTEGER NOT NULL REFERENCES annotations DEFERRABLE INITIALLY DEFERRED,
  source TEXT);
CREATE INDEX relations_item ON relations (item_id);
CREATE INDEX relations_head ON relations (head_id);
CREATE INDEX relations_tail ON relations (tail_id);
CREATE INDEX relations_label ON relations (label_id) WHERE label_id IS NOT NULL;

CREATE TABLE relation_attributes (
  relation_id INTEGER NOT NULL REFERENCES relations DEFERRABLE INITIALLY DEFERRED,
  key_id INTEGER NOT NULL REFERENCES attribute_keys DEFERRABLE INITIALLY DEFERRED,
  value NOT NULL,
  PRIMARY KEY (relation_id, key_id)) WITHOUT ROWID;

-- Kept up to date by every edit, so that nobody counts annotations:
-- 'label' (0: without), 'annotator' -> annotations; 'status' -> items;
-- 'relation' (0) -> relations.
CREATE TABLE counters (
  what TEXT NOT NULL, id INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (what, id)) WITHOUT ROWID;

-- History --------------------------------------------------------------------

CREATE TABLE edits (
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, -- milliseconds since 1970, UTC
  annotator_id INTEGER NOT NULL
    REFERENCES annotators DEFERRABLE INITIALLY DEFERRED,
  name TEXT NOT NULL,               -- the text of Undo
  item_id INTEGER,                  -- where Undo jumps to
  merge_key TEXT,
  state INTEGER NOT NULL,           -- 0 done 1 undone 2 discarded 3 running
  rows INTEGER);                    -- of a bulk edit: how many it inserted
CREATE INDEX edits_undo ON edits (annotator_id, state, id);
CREATE INDEX edits_bulk ON edits (state) WHERE rows IS NOT NULL;

-- What one edit did to one thing: JSON of the columns that differ; NULL: the
-- thing is not there. `entity`: rows.py, Table.code.
CREATE TABLE changes (
  edit_id INTEGER NOT NULL REFERENCES edits DEFERRABLE INITIALLY DEFERRED,
  seq INTEGER NOT NULL, entity INTEGER NOT NULL, entity_id INTEGER NOT NULL,
  before TEXT, after TEXT,
  PRIMARY KEY (edit_id, seq)) WITHOUT ROWID;
CREATE INDEX changes_entity ON changes (entity_id);

-- A bulk edit does not list what it inserted: all rows with these ids are its.
CREATE TABLE edit_ranges (
  edit_id INTEGER NOT NULL REFERENCES edits DEFERRABLE INITIALLY DEFERRED,
  first_id INTEGER NOT NULL, last_id INTEGER NOT NULL,
  PRIMARY KEY (edit_id, first_id)) WITHOUT ROWID;

-- Where the rows of an undone bulk edit wait for redo.
CREATE TABLE trash_entries AS SELECT * FROM entries WHERE 0;
CREATE INDEX trash_entries_id ON trash_entries (id);
CREATE TABLE trash_labels AS SELECT * FROM labels WHERE 0;
CREATE INDEX trash_labels_id ON trash_labels (id);
CREATE TABLE trash_attribute_specs AS SELECT * FROM attribute_specs WHERE 0;
CREATE INDEX trash_attribute_specs_id ON trash_attribute_specs (id);
CREATE TABLE trash_tiers AS SELECT * FROM tiers WHERE 0;
CREATE INDEX trash_tiers_id ON trash_tiers (id);
CREATE TABLE trash_items AS SELECT * FROM items WHERE 0;
CREATE INDEX trash_items_id ON trash_items (id);
CREATE TABLE trash_item_attributes AS SELECT * FROM item_attributes WHERE 0;
CREATE INDEX trash_item_attributes_id ON trash_item_attributes (item_id);
CREATE TABLE trash_item_tiers AS SELECT * FROM item_tiers WHERE 0;
CREATE INDEX trash_item_tiers_id ON trash_item_tiers (item_id);
CREATE TABLE trash_annotations AS SELECT * FROM annotations WHERE 0;
CREATE INDEX trash_annotations_id ON trash_annotations (id);
CREATE TABLE trash_annotation_attributes AS SELECT * FROM annotation_attributes WHERE 0;
CREATE INDEX trash_annotation_attributes_id ON trash_annotation_attributes (annotation_id);
CREATE TABLE trash_keyframes AS SELECT * FROM keyframes WHERE 0;
CREATE INDEX trash_keyframes_id ON trash_keyframes (annotation_id);
CREATE TABLE trash_relations AS SELECT * FROM relations WHERE 0;
CREATE INDEX trash_relations_id ON trash_relations (id);
CREATE TABLE trash_relation_attributes AS SELECT * FROM relation_attributes WHERE 0;
CREATE INDEX trash_relation_attributes_id ON trash_relation_attributes (relation_id);

INSERT INTO roots VALUES (0, '.');
