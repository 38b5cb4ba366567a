"""The Django application of `workflow`."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "anshu.workflow"
    label = "workflow"
