"""How JupyterLab opens the workbook and saves its notebooks."""

import os

from widgets.notebooks import normalise  # also finds a place to write where HOME has none

c = get_config()
c.ServerApp.allow_root = True
c.LabApp.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
c.KernelManager.transport_encryption = "auto"


def save_in_normal_form(model, **_):
    """Keep what can be read without a kernel, on every save."""
    if model["type"] == "notebook" and model["content"]["nbformat"] == 4:
        normalise(model["content"])


c.FileContentsManager.pre_save_hook = save_in_normal_form

if "JUPYTER_CONFIG_DIR" in os.environ:
    c.LabApp.user_settings_dir = os.path.join(os.environ["JUPYTER_CONFIG_DIR"], "lab", "user-settings")
    c.LabApp.workspaces_dir = os.path.join(os.environ["JUPYTER_CONFIG_DIR"], "lab", "workspaces")
