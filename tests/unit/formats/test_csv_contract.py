from tests.format_contract import FormatContract


class TestCsv(FormatContract):
    format_id = "csv"
    target = "table.csv"
