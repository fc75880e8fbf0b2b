"""MLflow as notebooks use it: with Azure's plugin on a workspace's tracking address, plainly on the same address over https,
and inside a job that is submitted, followed and searched."""
import mlflow_job
import mlflow_tracking
from mlflow_ground import Arm, Proof

arm = Arm()
first = mlflow_tracking.workspace_of(Proof("azureml://"), arm, "mlw-mlflow")
if first:
    mlflow_tracking.all_of_it(Proof("azureml://"), first["properties"]["mlFlowTrackingUri"])
second = mlflow_tracking.workspace_of(Proof("https://"), arm, "mlw-plain")
if second:
    mlflow_tracking.plainly(Proof("https://"), second["properties"]["mlFlowTrackingUri"])
if first:
    mlflow_job.all_of_it(Proof("job:"), first)
Proof.end()
