"""Reading workbooks from strangers safely.

Nothing is imported here on purpose: the reading process loads `common.sheets.child`
and must stay small and without Django. Callers use `common.sheets.reader`.
"""
