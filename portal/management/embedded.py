"""What an embedded site needs before it can be served: schema, demo data, static files, certificate."""

import hashlib
import ipaddress
import json
import os
import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.base.models import AuditEvent


def bring_schema_up() -> bool:
    """Migrate if the database is behind; returns whether it was."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("index_search", stdout=StringIO())
    return True


def load_demo() -> list[dict]:
    """Seed the demo county once, bring its today up to date, and return its accounts."""
    told = StringIO()
    call_command("seed_demo", "--json", stdout=told)
    return json.loads(told.getvalue())["accounts"]


def publish_policy(file: Path) -> bool:
    """Import and publish one policy file, once for each content; returns whether it was new."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if AuditEvent.objects.filter(verb="policy.loaded", object_no=digest).exists():
        return False
    call_command("import_policy", str(file), "--publish", stdout=StringIO())
    AuditEvent.objects.create(verb="policy.loaded", kind="file", object_no=digest)
    return True


def collect_static() -> bool:
    """Collect the static files if any of them changed; returns whether one had."""
    stamp = Path(settings.DATA_DIR) / "static.stamp"
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(None):
            about = os.stat(storage.path(path))
            digest.update(f"{path}|{about.st_size}|{about.st_mtime_ns}\n".encode())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest.hexdigest())
    return True


def _own_addresses() -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.DNSName(socket.gethostname())]
    found = {"127.0.0.1"}
    with suppress(socket.gaierror):  # a machine without a name of its own is still reachable as localhost
        found |= {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return names + [x509.IPAddress(ipaddress.ip_address(address)) for address in sorted(found)]


def own_certificate() -> tuple[Path, Path]:
    """A self-made certificate and its key under DATA_DIR, renewed when it runs out within a week."""
    folder = Path(settings.DATA_DIR) / "tls"
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    now = datetime.now(UTC)
    if cert_file.exists() and key_file.exists():
        kept = x509.load_pem_x509_certificate(cert_file.read_bytes())
        if kept.not_valid_after_utc > now + timedelta(days=7):
            return cert_file, key_file
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Shouwang, self-made")])
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName(_own_addresses()), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    cert_file.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    return cert_file, key_file
