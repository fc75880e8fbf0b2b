"""MLflow with azureml-mlflow, at the tracking address of the workspace."""
import os
import time

from action import carry_out

PRELOAD = ["mlflow", "azureml.mlflow", "azure.identity"]


def play(text):
    import mlflow
    mlflow.set_tracking_uri("azureml://eastus.api.azureml.ms/mlflow/v1.0/subscriptions/" + os.environ["AZURE_SUBSCRIPTION_ID"] +
                            "/resourceGroups/rg-labs/providers/Microsoft.MachineLearningServices/workspaces/mlw-labs")
    return carry_out(text, {"mlflow": mlflow, "client": mlflow.MlflowClient(), "time": time, "os": os})
