/** The text that `--help` prints. */
export const HELP = `Usage: consultation-chat [command] [options]

A consultation chat server: patients and doctors talk in real time.

Commands
  start     serve (what happens without a command)
  rebuild   fill the read models again from the event log
  token     make an access token for development, signed with CHAT_JWT_SECRET

Options of token
  --role <role>       patient, doctor or admin
  --id <id>           whose token it is: the id of the patient, doctor or administrator
  --lifetime <time>   how long it is good: 90s, 30m, 8h or 7d; 1h unless told

Options
  -h, --help      print this text
  -v, --version   print the version

Everything else is a setting, and settings are environment variables, such as
PORT, DATABASE_URL and CHAT_JWT_SECRET. WORKERS=auto serves with one process for
each core. README.md and docs/operations.md in the
package list them all.

The program ends with 0 when it was stopped or is done, with 1 when something
failed, and with 2 when it was called with an unknown command or option.
`;
