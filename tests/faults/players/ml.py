"""azure-ai-ml: MLClient, as the labs' notebooks use it."""
import os
import tempfile
import time

from action import carry_out

PRELOAD = "azure.ai.ml azure.ai.ml.entities azure.identity azure.core.exceptions".split()


def quick_job(**changes):
    """A command job that needs nothing but a cluster."""
    from azure.ai.ml import command
    return command(**{"command": "echo trained", "environment": "azureml:AzureML-sklearn-1.5:46", "compute": "aml-cluster", "name": "job-1", "experiment_name": "labs", **changes})


def deployment(name="green", **changes):
    """Of the endpoint shop-labs, from assets that are registered."""
    from azure.ai.ml.entities import CodeConfiguration, ManagedOnlineDeployment
    workspace = f"/subscriptions/{os.environ['AZURE_SUBSCRIPTION_ID']}/resourceGroups/rg-labs/providers/Microsoft.MachineLearningServices/workspaces/mlw-labs"
    return ManagedOnlineDeployment(**{"name": name, "endpoint_name": "shop-labs", "model": "azureml:churn:1", "environment": "azureml:AzureML-sklearn-1.5:46",
                                      "code_configuration": CodeConfiguration(code=f"azureml:{workspace}/codes/scoring/versions/1", scoring_script="score.py"),
                                      "instance_type": "Standard_F2s_v2", "instance_count": 1, **changes})


def play(text):
    from azure.ai.ml import Input, MLClient, command, entities
    from azure.identity import EnvironmentCredential
    client = MLClient(EnvironmentCredential(), os.environ["AZURE_SUBSCRIPTION_ID"], "rg-labs", "mlw-labs")

    def follow(minutes_later=0):
        """Submits a job and follows it to its end; who comes back when it has ended reads the same, and polls less."""
        client.jobs.create_or_update(quick_job())
        time.sleep(60 * minutes_later)
        client.jobs.stream("job-1")

    def watch(poller, minutes):
        """What somebody sees who looks again later."""
        time.sleep(60 * minutes)
        print("after", minutes, "minutes:", poller.status())

    def folder(**files):
        directory = tempfile.mkdtemp()
        for name, content in files.items():
            with open(os.path.join(directory, name.replace("__", ".")), "w", encoding="utf-8") as out:
                out.write(content)
        return directory

    def deploy(name="green", **changes):
        return client.online_deployments.begin_create_or_update(deployment(name, **changes)).result()

    def share_out(**traffic):
        endpoint = client.online_endpoints.get("shop-labs")
        endpoint.traffic = traffic
        return client.online_endpoints.begin_create_or_update(endpoint).result()

    def invoke(**how):
        asked = os.path.join(folder(request__json='{"data": [[1, 2]]}'), "request.json")
        print("answer:", client.online_endpoints.invoke("shop-labs", request_file=asked, **how))

    def job_now(minutes=0):
        time.sleep(60 * minutes)
        print("status:", client.jobs.get("job-1").status)

    return carry_out(text, {"client": client, "Input": Input, "command": command, "quick_job": quick_job, "follow": follow, "watch": watch, "folder": folder, "job_now": job_now, "time": time,
                            "deployment": deployment, "deploy": deploy, "share_out": share_out, "invoke": invoke,
                            **{name: getattr(entities, name) for name in ("AmlCompute", "ComputeInstance", "Data", "Environment", "BuildContext", "Model", "Workspace", "KubernetesOnlineEndpoint", "ManagedOnlineEndpoint")}})
