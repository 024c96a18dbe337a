#!/usr/bin/env python3
"""Condenses NIST's CAVP vectors for AES-GCM (gcmtestvectors.zip) into nist_gcm.txt.

usage: nist_gcm.py FOLDER > nist_gcm.txt

FOLDER has gcmEncryptExtIV{128,256}.rsp and gcmDecrypt{128,256}.rsp, as published by NIST's
Cryptographic Algorithm Validation Program and shipped in the Python package
cryptography_vectors. Kept are the rows that the engine takes: nonces of 96 bits, tags of 128 bits,
additional data of at most 128 bits. A row is: seal or open, key, nonce, additional data, text (or
FAIL), sealed text with its tag; in hex, "-" for nothing.
"""
import pathlib
import sys

for name in ["gcmEncryptExtIV128", "gcmEncryptExtIV256", "gcmDecrypt128", "gcmDecrypt256"]:
    limits, row = {}, {}
    rows = []
    for line in (pathlib.Path(sys.argv[1]) / (name + ".rsp")).read_text().splitlines():
        line = line.strip()
        if line.startswith("["):
            key, value = line.strip("[]").split(" = ")
            limits[key] = int(value)
        elif line.startswith("Count = "):
            row = {}
            rows.append((dict(limits), row))
        elif line == "FAIL":
            row["PT"] = line
        elif " = " in line or line.endswith(" ="):
            key, _, value = line.partition(" =")
            row[key] = value.strip()
    kept = 0
    for limits, row in rows:
        if limits["IVlen"] == 96 and limits["Taglen"] == 128 and limits["AADlen"] <= 128:
            fields = [row["Key"], row["IV"], row["AAD"], row["PT"], row["CT"] + row["Tag"]]
            print("seal" if "Encrypt" in name else "open", *[f or "-" for f in fields])
            kept += 1
    print(f"{name}: {kept} of {len(rows)} rows", file=sys.stderr)
