"""Which store and which scanner a process uses, as its settings say: the same for API, worker and commands."""

from __future__ import annotations

from gateways.clamd import ClamdAddress, ClamdScanner
from gateways.files import FileStore, FolderFiles
from gateways.scanning import LocalScanner, Scanner
from runtime.settings import Settings


def file_store(settings: Settings) -> FileStore:
    """Return the bucket where one is set, else the folder."""
    if settings.files_bucket is None:
        return FolderFiles(settings.files)
    # An extra: who keeps files in a folder needs no boto3.
    from gateways.s3_files import Bucket, S3Files

    access, secret = settings.files_access_key, settings.files_secret_key
    return S3Files(
        Bucket(
            name=settings.files_bucket,
            endpoint=settings.files_endpoint,
            region=settings.files_region,
            access_key=access.get_secret_value() if access else None,
            secret_key=secret.get_secret_value() if secret else None,
        )
    )


def scanner(settings: Settings) -> Scanner:
    """Return ClamAV's daemon where an address is set, else the local scanner, which finds the test file only."""
    if settings.clamd_address is None:
        return LocalScanner()
    return ClamdScanner(ClamdAddress.parse(settings.clamd_address))
