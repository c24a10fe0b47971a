"""MariaDB as its own users meet it, without the product between."""

import subprocess

from stack.mariadb import DATABASE


class Account:
    """An account of the database itself."""

    def __init__(self, stack, user, setting):
        self.stack, self.user, self.password = stack, user, stack.settings[setting]

    def refuses(self, sql):
        done = subprocess.run(
            ["mariadb", "--no-defaults", f"--socket={self.stack.mariadb.socket}",
             f"--user={self.user}", f"--password={self.password}", DATABASE],
            input=sql, capture_output=True, text=True)
        return done.stderr if done.returncode else ""
