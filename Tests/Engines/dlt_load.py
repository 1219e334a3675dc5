"""Runs dlt on a definition, as a process of its own: dlt keeps settings and folders per process.

    python3 dlt_load.py DEFINITION FOLDER

The definition is the file that restlake reads: its vocabulary is that of dlt's `rest_api` source. The tables come to
FOLDER/lake, their schema to FOLDER/schema.json. The environment is made by `environment`.
"""

import json
import os
import sys

# The exit code of a run that dlt gave up; its last line says why.
REFUSED = 3


def environment(folder):
    """Nothing is sent out, nothing is read from or left in the user's folders, files are plain."""
    clean = {k: v for k, v in os.environ.items() if "__" not in k and not k.startswith("DLT_") and not k.lower().endswith("_proxy")}
    return {**clean, "RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL", "DLT_DATA_DIR": folder, "DLT_PROJECT_DIR": folder,
            "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true", "HOME": folder}


def main(path, folder):
    import dlt
    from dlt.pipeline.exceptions import PipelineStepFailed
    from dlt.sources.rest_api import rest_api_source

    with open(path, encoding="utf-8") as file:
        definition = json.load(file)
    source = rest_api_source({"client": definition["client"], "resources": definition["resources"]}, name=definition["name"])
    target = dlt.destinations.filesystem(os.path.join(folder, "lake"))
    pipeline = dlt.pipeline(definition["name"], pipelines_dir=os.path.join(folder, "pipelines"), destination=target, dataset_name="tables")
    try:
        pipeline.run(source, loader_file_format="jsonl")
    except PipelineStepFailed as error:
        print(f"{type(error.exception).__name__}: {error.exception}".replace("\n", " "))
        sys.exit(REFUSED)
    with open(os.path.join(folder, "schema.json"), "w", encoding="utf-8") as file:
        json.dump(pipeline.default_schema.to_dict(), file)


if __name__ == "__main__":
    main(*sys.argv[1:])
