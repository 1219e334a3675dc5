"""dlt's REST source to its filesystem destination: dlt_peer.py BASE_URL FORMAT FOLDER [TOTAL_PATH]"""

import os
import sys

base_url, form, folder, *total_path = sys.argv[1:]
os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR", "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true"}
os.chdir(folder)

import dlt  # noqa: E402 (it reads the environment)
from dlt.sources.rest_api import rest_api_source  # noqa: E402

paginator = {"type": "page_number", "base_page": 1, "page_param": "page", "total_path": total_path[0] if total_path else None}
source = rest_api_source({
    "client": {"base_url": base_url, "paginator": paginator},
    "resources": [{"name": "requests", "primary_key": "_id", "write_disposition": "append",
                   "endpoint": {"path": "requests", "data_selector": "data.results"}}],
}, name="bench")
pipeline = dlt.pipeline("bench", destination=dlt.destinations.filesystem(f"file://{folder}/lake"), dataset_name="bench",
                        pipelines_dir=f"{folder}/pipelines")
pipeline.run(source, loader_file_format=form)
