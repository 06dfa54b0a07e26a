"""The laptop line: a SIP and RTP endpoint inside this process, for demonstrations and tests, never for production."""
