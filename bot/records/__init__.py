"""The records as tables for a spreadsheet: one module per kind, with its columns, checks and rows."""
