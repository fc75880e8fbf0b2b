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

    def job_now(minutes=0):
        time.sleep(60 * minutes)
        print("status:", client.jobs.get("job-1").status)

    return carry_out(text, {"client": client, "Input": Input, "command": command, "quick_job": quick_job, "follow": follow, "watch": watch, "folder": folder, "job_now": job_now, "time": time,
                            **{name: getattr(entities, name) for name in ("AmlCompute", "ComputeInstance", "Data", "Environment", "BuildContext", "Model", "Workspace")}})
