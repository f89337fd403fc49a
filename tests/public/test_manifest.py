"""The shipped manifest names real files of real repositories; the files themselves are elsewhere."""

import hashlib
import json
import re

import numpy as np
import polars as pl
import pytest

from etl.public.manifest import read_manifest, say_size

LEFT_OUT = {"price/META.csv", "price/^GSPC.csv"}


def test_every_file_has_a_place_a_size_and_a_checksum():
    data_sets = read_manifest()
    assert set(data_sets) == {"stockemotions", "emtract-sample"}
    for data_set in data_sets.values():
        assert re.fullmatch(r"[0-9a-f]{40}", data_set.commit)
        assert data_set.licence
        assert data_set.about
        paths = [file.path for file in data_set.files]
        assert len(paths) == len(set(paths))
        for file in data_set.files:
            assert file.kind in {"posts", "prices", "labelled"}
            assert file.bytes > 0
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert ".." not in file.path


def test_an_address_is_made_of_home_repository_commit_and_path():
    data_set = read_manifest()["emtract-sample"]
    assert data_set.address("https://raw.githubusercontent.com/", data_set.files[0]) == (
        "https://raw.githubusercontent.com/dvamossy/EmTract/4212881cbccd12c4cca08954a3bd37123812a26e/"
        "emtract/data/tagged_sample.parquet.snappy"
    )


def test_sizes_are_said_as_people_say_them():
    assert [say_size(size) for size in (900, 366_000, 3_200_000)] == ["0.9 kB", "366.0 kB", "3.2 MB"]


@pytest.mark.real_data
def test_the_manifest_agrees_with_the_list_that_it_was_made_from(real_data):
    listed = real_data.parent / "golden" / "public_data.json"
    if not listed.is_file():
        pytest.skip(f"the list of public data is not there: {listed}")
    shipped = read_manifest()
    for name, facts in json.loads(listed.read_text()).items():
        data_set = shipped[name]
        assert (data_set.repository, data_set.commit) == (facts["repository"], facts["commit"])
        assert data_set.licence == facts["licence"]
        ours = {file.path: (file.bytes, file.sha256) for file in data_set.files}
        theirs = {file["path"]: (file["bytes"], file["sha256"]) for file in facts["files"]}
        assert {path: known for path, known in theirs.items() if path not in LEFT_OUT} == ours


@pytest.mark.real_data
def test_real_price_files_are_what_the_manifest_says(real_data):
    folder = real_data / "stockemotions_prices"
    prices = [file for file in read_manifest()["stockemotions"].files if file.kind == "prices"]
    for file in prices:
        content = (folder / file.path.removeprefix("price/")).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.bytes, file.sha256), file.path
    unused = {f"price/{path.name}" for path in folder.iterdir()} - {file.path for file in prices}
    assert unused == LEFT_OUT
    assert (folder / "META.csv").read_bytes() == (folder / "FB.csv").read_bytes()


@pytest.mark.real_data
def test_the_rows_that_the_tagger_knows_are_those_of_the_training_file(real_data):
    trained = read_manifest()["emtract-sample"].trained
    assert trained is not None
    known = np.flatnonzero(np.unpackbits(np.frombuffer(bytes.fromhex(trained.rows), np.uint8)))
    posts = pl.read_parquet(real_data / "emtract_tagged.parquet")
    assert known.tolist() == sorted(posts["row"])
    assert dict(posts["emotion"].value_counts().iter_rows()) == dict(trained.counts)
