"""azure-ai-ml: managed online endpoints, from the first PUT to the last DELETE."""
import json
import os
import pathlib
import tempfile

from azure.ai.ml import MLClient
from azure.ai.ml.entities import CodeConfiguration, ManagedOnlineDeployment, ManagedOnlineEndpoint, Model, OnlineRequestSettings, Workspace
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.mgmt.resource.resources import ResourceManagementClient

from cases import case, equal, main, refused

SUBSCRIPTION = os.environ["AZURE_SUBSCRIPTION_ID"]
CREDENTIAL = DefaultAzureCredential()
GROUP, NAME = "rg-online", "mlw-online"
client = MLClient(CREDENTIAL, SUBSCRIPTION, GROUP, NAME)
PLACE = pathlib.Path(tempfile.mkdtemp())
SCORE = """import json
import os


def init():
    global weight
    with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model", "weights.txt"), encoding="utf-8") as file:
        weight = float(file.read())
    print("ready with", weight)


def run(raw_data):
    return [weight * number for number in json.loads(raw_data)["data"]]
"""


def deployment(name, **changes):
    return ManagedOnlineDeployment(**{"name": name, "endpoint_name": "shop", "model": Model(path=str(PLACE / "model"), name="scales"), "environment": "AzureML-sklearn-1.5@latest",
                                      "code_configuration": CodeConfiguration(code=str(PLACE / "src"), scoring_script="score.py"), "instance_type": "Standard_F2s_v2", "instance_count": 1, **changes})


@case()
def a_workspace_with_a_model():
    ResourceManagementClient(CREDENTIAL, SUBSCRIPTION).resource_groups.create_or_update(GROUP, {"location": "eastus"})
    MLClient(CREDENTIAL, SUBSCRIPTION, GROUP).workspaces.begin_create(Workspace(name=NAME)).result()
    for folder, file, text in (("src", "score.py", SCORE), ("model", "weights.txt", "0.5")):
        (PLACE / folder).mkdir()
        (PLACE / folder / file).write_text(text, encoding="utf-8")


@case("MLClient.online_endpoints.begin_create_or_update", "MLClient.online_endpoints.get", "MLClient.online_endpoints.list")
def an_endpoint():
    made = client.online_endpoints.begin_create_or_update(ManagedOnlineEndpoint(name="shop", description="for the labs", auth_mode="key", tags={"team": "lab"})).result()
    equal(("shop", "key", "Succeeded", "https://shop.eastus.inference.ml.azure.com/score"), (made.name, made.auth_mode, made.provisioning_state, made.scoring_uri))
    equal(("Managed", "for the labs", "lab", {}), (made.kind, made.description, made.tags["team"], client.online_endpoints.get("shop").traffic))
    equal("system_assigned", made.identity.type)
    equal(["shop"], [one.name for one in client.online_endpoints.list()])
    refused(ResourceNotFoundError, "ResourceNotFound", client.online_endpoints.get, "nothing")


@case("MLClient.online_endpoints.begin_create_or_update (a name that is taken: refused)")
def the_name_of_an_endpoint_is_taken_in_its_region():
    parts = client.workspaces.get(NAME)
    other = MLClient(CREDENTIAL, SUBSCRIPTION, GROUP, "mlw-other")
    other.workspaces.begin_create(Workspace(name="mlw-other", storage_account=parts.storage_account, key_vault=parts.key_vault, application_insights=parts.application_insights)).result()
    refused(HttpResponseError, "There is already an endpoint with this name", lambda: other.online_endpoints.begin_create_or_update(ManagedOnlineEndpoint(name="shop")).result())


@case("MLClient.online_deployments.begin_create_or_update", "MLClient.online_deployments.get", "MLClient.online_deployments.list")
def a_deployment():
    made = client.online_deployments.begin_create_or_update(deployment("blue", request_settings=OnlineRequestSettings(request_timeout_ms=3000))).result()
    equal(("blue", "Succeeded", 1, "Standard_F2s_v2", "score.py"), (made.name, made.provisioning_state, made.instance_count, made.instance_type, made.code_configuration.scoring_script))
    equal((3000, 30, "default"), (made.request_settings.request_timeout_ms, made.liveness_probe.failure_threshold, made.scale_settings.type))
    equal("blue", client.online_deployments.get("blue", "shop").name)
    equal(["blue"], [one.name for one in client.online_deployments.list("shop")])
    refused(ResourceNotFoundError, "Deployment green not found in endpoint shop, workspace mlw-online", client.online_deployments.get, "green", "shop")


@case("MLClient.online_deployments.begin_create_or_update (quota: refused)")
def too_many_instances():
    refused(HttpResponseError, "Not enough quota available for Standard_F8s_v2", lambda: client.online_deployments.begin_create_or_update(deployment("green", instance_type="Standard_F8s_v2", instance_count=2)).result())


@case("MLClient.online_endpoints.begin_create_or_update (traffic)", "MLClient.online_endpoints.begin_create_or_update (traffic to a missing deployment: refused)")
def traffic():
    endpoint = client.online_endpoints.get("shop")
    equal({"blue": 0}, endpoint.traffic)
    endpoint.traffic = {"blue": 100}
    equal({"blue": 100}, client.online_endpoints.begin_create_or_update(endpoint).result().traffic)
    endpoint.traffic = {"green": 100}
    refused(HttpResponseError, "Deployment green does not exist.", lambda: client.online_endpoints.begin_create_or_update(endpoint).result())
    equal({"blue": 100}, client.online_endpoints.get("shop").traffic)


def asked(**content):
    file = PLACE / "request.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


@case("MLClient.online_endpoints.invoke", "MLClient.online_endpoints.invoke (a deployment by its name)")
def invoke():
    equal([0.5, 1.5], json.loads(client.online_endpoints.invoke("shop", request_file=asked(data=[1, 3]))))
    equal([1.0], json.loads(client.online_endpoints.invoke("shop", request_file=asked(data=[2]), deployment_name="blue")))


@case("MLClient.online_endpoints.invoke (run() raises)")
def a_script_that_raises():
    refused(HttpResponseError, "An unexpected error occurred in scoring script. Check the logs for more info.", client.online_endpoints.invoke, "shop", request_file=asked(nothing=1))
    assert "KeyError: 'data'" in client.online_deployments.get_logs("blue", "shop", 100)


@case("MLClient.online_deployments.begin_create_or_update (init() raises)")
def a_script_whose_init_raises():
    (PLACE / "wrong").mkdir()
    (PLACE / "wrong" / "score.py").write_text("import nothing_of_the_kind\n\n\ndef init():\n    pass\n\n\ndef run(raw_data):\n    return 1\n", encoding="utf-8")
    wrong = deployment("wrong", code_configuration=CodeConfiguration(code=str(PLACE / "wrong"), scoring_script="score.py"))
    refused(HttpResponseError, "ResourceNotReady", lambda: client.online_deployments.begin_create_or_update(wrong).result())
    equal("Failed", client.online_deployments.get("wrong", "shop").provisioning_state)
    assert "ModuleNotFoundError: No module named 'nothing_of_the_kind'" in client.online_deployments.get_logs("wrong", "shop", 100)
    client.online_deployments.begin_delete("wrong", "shop").result()


@case("MLClient.online_deployments.get_logs", "MLClient.online_deployments.get_logs (storage-initializer)")
def logs():
    said = client.online_deployments.get_logs("blue", "shop", 100)
    assert "ready with 0.5" in said, said
    assert "UserContainerStart: Succeeded" in said and "Message: Container image is pulled successfully" in said, said
    assert "ModelDownload: Succeeded" in client.online_deployments.get_logs("blue", "shop", 100, container_type="storage-initializer")


@case("MLClient.online_endpoints.get_keys", "MLClient.online_endpoints.begin_regenerate_keys")
def keys():
    first = client.online_endpoints.get_keys("shop")
    client.online_endpoints.begin_regenerate_keys("shop", key_type="primary").result()
    second = client.online_endpoints.get_keys("shop")
    assert first.primary_key != second.primary_key and first.secondary_key == second.secondary_key


@case("MLClient.online_endpoints.get_keys (token)")
def tokens():
    client.online_endpoints.begin_create_or_update(ManagedOnlineEndpoint(name="shop-token", auth_mode="aml_token")).result()
    token = client.online_endpoints.get_keys("shop-token")
    assert token.token_type == "Bearer" and token.access_token.count(".") == 2, token


@case("MLClient.online_deployments.begin_create_or_update (more instances)")
def more_instances():
    blue = client.online_deployments.get("blue", "shop")
    blue.instance_count = 2
    equal(2, client.online_deployments.begin_create_or_update(blue).result().instance_count)


@case("MLClient.online_deployments.begin_create_or_update (a model of MLflow's)", "MLClient.online_endpoints.invoke (a model of MLflow's)")
def a_model_of_mlflow_s_without_a_script():
    import mlflow.sklearn
    from sklearn.linear_model import LogisticRegression
    mlflow.sklearn.save_model(LogisticRegression().fit([[0], [1], [2], [3]], [0, 0, 1, 1]), str(PLACE / "flow"))
    flow = deployment("flow", model=Model(path=str(PLACE / "flow"), name="flow", type="mlflow_model"), environment=None, code_configuration=None)
    equal("Succeeded", client.online_deployments.begin_create_or_update(flow).result().provisioning_state)
    told = client.online_endpoints.invoke("shop", request_file=asked(input_data={"columns": [0], "index": [0, 1], "data": [[0], [3]]}), deployment_name="flow")
    equal([0, 1], json.loads(told))
    client.online_deployments.begin_delete("flow", "shop").result()


@case("MLClient.online_deployments.begin_delete", "MLClient.online_deployments.begin_delete (with traffic: refused)", "MLClient.online_endpoints.begin_delete")
def delete_them():
    refused(HttpResponseError, "receives 100 percent of the traffic", lambda: client.online_deployments.begin_delete("blue", "shop").result())
    endpoint = client.online_endpoints.get("shop")
    endpoint.traffic = {"blue": 0}
    client.online_endpoints.begin_create_or_update(endpoint).result()
    client.online_deployments.begin_delete("blue", "shop").result()
    equal([], list(client.online_deployments.list("shop")))
    for name in ("shop", "shop-token"):
        client.online_endpoints.begin_delete(name).result()
    equal([], list(client.online_endpoints.list()))


if __name__ == "__main__":
    main()
