"""Azure's MLflow plugin on the workspace's tracking address (azureml://).

Needs azlab run in front, and mlflow, azureml-mlflow, azure-identity, scikit-learn, matplotlib. See ground.py.
"""
import mlflow

import tracking
from ground import Arm, Proof

proof = Proof("azureml-mlflow")
workspace = proof("workspace", lambda: Arm().workspace())
mlflow.set_tracking_uri(workspace["properties"]["mlFlowTrackingUri"])
experiment, first, second = tracking.runs_and_experiments(proof)
tracking.searches(proof, experiment, first, second)
tracking.experiments(proof)
tracking.artifacts(proof, first)
tracking.autologged_model(proof)
proof.end()
