"""From a made document to a sealed one.

preparation  who would sign, and what is missing before it can be sent
requests     asking: a request with its slots and parties; cancel, retry, expire
progress     the office's side of a request: frozen, invited, signed by one more, sealed
parties      who is behind a link or a login, and whose turn it is
facts        what a party does: start, consent, sign, decline
codes        the one-time code
certificate  what the certificate page says
overview     the request as the sender sees it
audit        the hash chain of it all
"""
