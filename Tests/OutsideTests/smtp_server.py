#!/usr/bin/python3
"""A mail server for tests: says its port, then each mail that it takes, as one JSON object a line.

A good one by aiosmtpd, with or without TLS and AUTH; or, with --script, one that answers each line
from the client with the next of the given texts, whatever it says. HANG and CLOSE among them are
what they say.
"""

import argparse
import asyncio
import base64
import json
import pathlib
import ssl
import subprocess
import sys

from aiosmtpd.smtp import SMTP, AuthResult

REFUSALS = {
    "refused": "550 5.1.1 No such person",
    "later": "451 4.2.0 Come again",
    "full": "552 5.2.2 Full",
}


def say(**members):
    print(json.dumps(members), flush=True)


class Taker:
    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = REFUSALS.get(address.partition("@")[0])
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if b"please refuse" in envelope.original_content:
            return "554 5.7.1 Not wanted"
        say(
            sender=envelope.mail_from,
            options=envelope.mail_options,
            recipients=envelope.rcpt_tos,
            content=base64.b64encode(envelope.original_content).decode(),
            secure=session.ssl is not None or server.transport.get_extra_info("cipher") is not None,
            login=session.auth_data.login.decode() if session.auth_data else None,
        )
        return "250 OK taken as 1234"


def authenticator(server, session, envelope, mechanism, data):
    known = (data.login, data.password) == (b"mailer", b"p\xc3\xa4ss word")
    return AuthResult(success=known, handled=False, auth_data=data)


def certificate(folder):
    """A certificate for localhost by an authority of its own, `authority.pem`."""
    folder = pathlib.Path(folder)

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, cwd=folder, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "authority.key", "-out", "authority.pem", "-days", "1",
            "-subj", "/CN=Test authority")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key",
            "-CAcreateserial", "-days", "1", "-extfile", "names", "-out", "server.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context


async def play(script, reader, writer):
    for text in script:
        if text == "CLOSE":
            break
        if text == "HANG":
            await asyncio.sleep(3600)
        writer.write(text.encode() + b"\r\n")
        await writer.drain()
        if not await reader.readline():
            break
    writer.close()


async def main(options):
    loop = asyncio.get_running_loop()
    if options.script:
        script = json.loads(options.script)
        server = await asyncio.start_server(
            lambda reader, writer: play(script, reader, writer), "127.0.0.1", 0)
    else:
        context = certificate(options.folder) if options.tls != "none" else None
        settings = {
            "enable_SMTPUTF8": not options.plain_ascii,
            "hostname": "test.example",
            "auth_exclude_mechanism": options.without,
        }
        if options.login:
            settings |= {"authenticator": authenticator, "auth_required": True,
                         "auth_require_tls": options.tls == "start"}
        if options.tls == "start":
            settings |= {"tls_context": context}
        server = await loop.create_server(
            lambda: SMTP(Taker(), **settings), "127.0.0.1", 0,
            ssl=context if options.tls == "implicit" else None)
    say(port=server.sockets[0].getsockname()[1])
    # The test lets go of its end when it has done, or died.
    await loop.run_in_executor(None, sys.stdin.read)


parser = argparse.ArgumentParser()
parser.add_argument("--folder")
parser.add_argument("--tls", choices=["none", "start", "implicit"], default="none")
parser.add_argument("--login", action="store_true")
parser.add_argument("--without", action="append", default=[])
parser.add_argument("--plain-ascii", action="store_true")
parser.add_argument("--script")
asyncio.run(main(parser.parse_args()))
