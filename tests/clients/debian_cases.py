"""The generation that Debian 12 ships: azure-ai-ml 1.4.0, azure-identity 1.13, azure-cli 2.45. It uploads by the earlier protocol."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from azure.ai.ml import MLClient, Output, command
from azure.ai.ml.entities import AmlCompute, ComputeInstance, Data, Environment, Model, Workspace
from azure.core.exceptions import ResourceNotFoundError
from azure.identity import DefaultAzureCredential

from cases import case, equal, main, refused

SUBSCRIPTION = os.environ["AZURE_SUBSCRIPTION_ID"]
GROUP, NAME = "rg-debian", "mlw-debian"
client = MLClient(DefaultAzureCredential(), SUBSCRIPTION, GROUP, NAME)
PLACE = pathlib.Path(tempfile.mkdtemp())
COURSE = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "course"


def az(*words):
    ran = subprocess.run([sys.executable, "-m", "azure.cli", *words], capture_output=True, text=True)
    if ran.returncode != 0:
        raise AssertionError(f"az {' '.join(words)}: {ran.returncode} {ran.stderr}")
    return json.loads(ran.stdout) if ran.stdout.strip().startswith(("{", "[", "true", "false")) else ran.stdout


@case("az login --service-principal", "az group create", "az group exists", "az account list-locations")
def az_signs_in():
    az("login", "--service-principal", "-u", os.environ["AZURE_CLIENT_ID"], "-p", os.environ["AZURE_CLIENT_SECRET"], "--tenant", os.environ["AZURE_TENANT_ID"])
    equal("eastus", az("group", "create", "-n", GROUP, "-l", "eastus")["location"])
    equal(True, az("group", "exists", "-n", GROUP))
    assert "eastus" in [location["name"] for location in az("account", "list-locations")]


@case("az provider register", "az provider show", "az resource list", "az configure --defaults")
def az_looks_around():
    az("provider", "register", "-n", "Microsoft.MachineLearningServices")
    equal("Registered", az("provider", "show", "-n", "Microsoft.MachineLearningServices")["registrationState"])
    equal([], az("resource", "list", "-g", GROUP))
    az("configure", "--defaults", f"group={GROUP}")


@case("az deployment group create", "az deployment group validate", "az deployment operation group list")
def az_deploys():
    template = PLACE / "t.json"
    template.write_text("""{ // an account
      "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
      "resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2021-04-01", "name": "stdebian77", "location": "eastus", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}]}
    """, encoding="utf-8")
    az("deployment", "group", "validate", "-g", GROUP, "-f", str(template))
    equal("Succeeded", az("deployment", "group", "create", "-g", GROUP, "-f", str(template))["properties"]["provisioningState"])
    equal(1, len(az("deployment", "operation", "group", "list", "-g", GROUP, "-n", "t")))


@case("az monitor log-analytics workspace create")
def az_makes_what_this_generation_looks_for():
    # It would make these by a deployment at the subscription, which azlab does not serve, where nobody has made them yet.
    az("group", "create", "-n", "DefaultResourceGroup-eastus", "-l", "eastus")
    az("monitor", "log-analytics", "workspace", "create", "-g", "DefaultResourceGroup-eastus", "-n", "DefaultWorkspace-eastus")


@case("MLClient.workspaces.begin_create", "MLClient.workspaces.get", "MLClient.workspaces.list")
def a_workspace():
    of_group = MLClient(DefaultAzureCredential(), SUBSCRIPTION, GROUP)
    refused(ResourceNotFoundError, "ResourceNotFound", of_group.workspaces.get, NAME)
    equal("eastus", of_group.workspaces.begin_create(Workspace(name=NAME)).result().location)
    equal([NAME], [workspace.name for workspace in of_group.workspaces.list()])


@case("MLClient.compute.get (not found)", "MLClient.compute.begin_create_or_update", "MLClient.compute.get", "MLClient.compute.list", "MLClient.compute.begin_stop", "MLClient.compute.begin_start")
def computes():
    refused(ResourceNotFoundError, "", client.compute.get, "aml-cluster")
    client.compute.begin_create_or_update(AmlCompute(name="aml-cluster", type="amlcompute", size="STANDARD_DS11_V2", location="eastus", min_instances=0, max_instances=1,
                                                     idle_time_before_scale_down=120, tier="Dedicated")).result()
    client.compute.begin_create_or_update(AmlCompute(name="aml-cluster", type="amlcompute", max_instances=2))
    equal((2, "STANDARD_DS11_V2"), (client.compute.get("aml-cluster").max_instances, client.compute.get("aml-cluster").size.upper()))
    client.compute.begin_create_or_update(ComputeInstance(name="ci-debian", size="STANDARD_DS11_v2")).result()
    client.compute.begin_stop("ci-debian").wait()
    client.compute.begin_start("ci-debian").wait()
    equal("Running", client.compute.get("ci-debian").state)
    equal(2, len(list(client.compute.list())))


@case("MLClient.data.create_or_update", "MLClient.data.get", "MLClient.environments.create_or_update", "MLClient.environments.get (curated)", "MLClient.models.create_or_update")
def assets():
    (PLACE / "data").mkdir()
    (PLACE / "data" / "one.csv").write_text("a,b\n", encoding="utf-8")
    equal("1", client.data.create_or_update(Data(name="d1", path=str(PLACE / "data"), type="uri_folder")).version)
    equal("d1", client.data.get("d1", label="latest").name)
    client.environments.create_or_update(Environment(name="e1", image="mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"))
    equal("44", client.environments.get("AzureML-sklearn-1.0-ubuntu20.04-py38-cpu", version=44).version)
    equal("m1", client.models.create_or_update(Model(name="m1", path=str(PLACE / "data"), type="custom_model")).name)


@case("MLClient.jobs.create_or_update", "MLClient.jobs.get", "MLClient.jobs.list")
def a_job():
    (PLACE / "src").mkdir()
    (PLACE / "src" / "main.py").write_text("print('hello')\n", encoding="utf-8")
    made = client.create_or_update(command(code=str(PLACE / "src"), command="python main.py", environment="AzureML-sklearn-1.5@latest", compute="aml-cluster", display_name="hello", experiment_name="debian"))
    assert "&tid=" in made.studio_url, made.studio_url
    equal("hello", client.jobs.get(made.name).display_name)
    equal([made.name], [job.name for job in client.jobs.list()])


@case("MLClient.jobs.download (a named output)", "MLClient.jobs.download (all)", "MLClient.jobs.download (a model as output)")
def download_outputs():
    made = client.create_or_update(command(command="echo 3 > ${{outputs.copy}}/copied.csv; echo weights > ${{outputs.model}}/model.pkl", environment="AzureML-sklearn-1.5@latest", compute="aml-cluster",
                                           outputs={"copy": Output(type="uri_folder"), "model": Output(type="custom_model")}))
    while client.jobs.get(made.name).status not in ("Completed", "Failed", "Canceled"):
        time.sleep(10)
    equal("Completed", client.jobs.get(made.name).status)
    for name, path in (("copy", "copied.csv"), ("model", "model.pkl")):
        client.jobs.download(made.name, download_path=str(PLACE / name), output_name=name)
        equal([f"named-outputs/{name}/{path}"], files_below(PLACE / name))
    client.jobs.download(made.name, download_path=str(PLACE / "all"), all=True)
    equal(["artifacts/user_logs/std_log.txt", "named-outputs/copy/copied.csv", "named-outputs/model/model.pkl"], files_below(PLACE / "all"))


def files_below(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


def run_cells(notebook, names):
    """A notebook's code cells as a kernel runs them, as far as its magics go that the course uses."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or source.startswith("pip show"):
            continue
        if source.startswith("%%writefile "):
            first, text = source.split("\n", 1)
            pathlib.Path(first.split()[1].replace("$script_folder", names["script_folder"])).write_text(text, encoding="utf-8")
        else:
            exec(compile(source, notebook.name, "exec"), names)  # pylint: disable=exec-used


@case("MLClient.from_config", "MLClient.begin_create_or_update (the notebook of the sample course)")
def the_notebook_of_the_course():
    client.compute.begin_delete("aml-cluster").wait()
    shutil.copytree(COURSE / "Labs" / "04", PLACE / "course")
    (PLACE / "course" / "config.json").write_text(json.dumps({"subscription_id": SUBSCRIPTION, "resource_group": GROUP, "workspace_name": NAME}), encoding="utf-8")
    os.chdir(PLACE / "course")
    names = {}
    run_cells(PLACE / "course" / "Work with compute.ipynb", names)
    equal(2, names["cluster"].max_instances)
    equal("diabetes-on-a-cluster", client.jobs.get(names["returned_job"].name).display_name)


@case("MLClient.compute.begin_delete", "MLClient.workspaces.begin_delete", "az group delete")
def everything_goes():
    client.compute.begin_delete("ci-debian").wait()
    client.workspaces.begin_delete(NAME, delete_dependent_resources=True).result()
    az("group", "delete", "-n", GROUP, "-y")


if __name__ == "__main__":
    main()
