"""What strangers see: signing, checking a document, downloads, the demo mailbox. Pages from the server that work without script.

app        the list of routes
doors      every route goes through one: origin, language, refusals, headers
call       the one way to the database
sign acts  the signing page, and what is done on it
verify     the integrity page            download, mailbox   what their names say
"""
