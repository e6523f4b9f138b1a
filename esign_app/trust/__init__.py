"""Signing and judging documents: bytes in, bytes or frozen data out.

Nothing here knows the database, the settings, the web or the clock: keys, roots and `now` are arguments. Every function is
synchronous and may run in a worker thread, but not on an event loop (pyHanko starts its own).

    keys     the certificate authority of this installation      stamp    freeze a PDF: fields, label, reserved page
    tokens   links and codes, derived and never stored           seal     certify, sign a slot, seal
    chain    the hash-linked audit log of one document           verify   what can be said about a PDF, in one Verdict
"""
