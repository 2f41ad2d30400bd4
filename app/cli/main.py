"""``oneset``: start, keep and use an installation from the command line."""

import click

from app.cli.demo import demo
from app.cli.doctor import doctor
from app.cli.export import export
from app.cli.factor_reset import factor_reset
from app.cli.fsck import fsck
from app.cli.jobs import jobs
from app.cli.keys import keys
from app.cli.rebuild import rebuild
from app.cli.reindex import reindex
from app.cli.serve import serve
from app.cli.settings import help_group
from app.cli.up import up
from app.cli.upload import upload
from app.cli.work import work

HELP = """一套图：工程项目图纸的权威记录。

OneSet: one drawing set per construction project, kept with proof.

\b
试用 / try it:        oneset demo
首次使用 / first use:  oneset up && oneset serve
全部设置 / settings:   oneset help settings
"""


@click.group(help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="oneset", prog_name="oneset")
def main() -> None:
    """The command and its subcommands."""


for command in (
    demo,
    up,
    serve,
    work,
    upload,
    export,
    reindex,
    jobs,
    keys,
    factor_reset,
    fsck,
    rebuild,
    doctor,
    help_group,
):
    main.add_command(command)
