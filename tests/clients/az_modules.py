"""What the real az imports before any command, so that forks of one process share it."""
# Importing reads no configuration and sends nothing.
SHARED = """azure.cli.core azure.cli.core._profile azure.cli.core.auth.identity azure.cli.core.cloud azure.cli.core.commands
 azure.cli.core.commands.arm azure.cli.core.commands.client_factory azure.cli.core.commands.parameters azure.cli.core.parser
 azure.cli.core.profiles azure.cli.core._help azure.cli.core.file_util azure.core.pipeline.policies azure.core.polling
 azure.core.pipeline.transport azure.mgmt.core azure.mgmt.core.polling.arm_polling msal msal_extensions requests knack.output
 azure.cli.core.aaz azure.mgmt.resource azure.mgmt.storage colorama tabulate jmespath argcomplete""".split()
