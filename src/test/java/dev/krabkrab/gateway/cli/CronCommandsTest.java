package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code cron} and {@code logs} send, refuse and print. */
class CronCommandsTest extends CommandCase {
  private static final String LOG =
      "{\\\"0\\\":\\\"{}\\\",\\\"1\\\":\\\"bad \\\\u202e\\\\u001b[2K"
          + " end\\\",\\\"time\\\":\\\"T\\\","
          + "\\\"_meta\\\":{\\\"hostname\\\":\\\"gw\\\",\\\"name\\\":\\\"a.B\\\","
          + "\\\"logLevelName\\\":\\\"WARN\\\"}}";

  @Override
  void answers(TestGateway to) {
    String job =
        "{id:'j1',name:'news\\u202e',enabled:true,schedule:{kind:'cron',expr:'0 9 * * *',"
            + "tz:'Europe/Berlin'},state:{nextRunAtMs:1737264600000,lastStatus:'error',"
            + "lastRunAtMs:1737264000000,lastError:'boom'},payload:{message:'m'}}";
    to.on("cron.list", "{jobs:[" + job + "],nextOffset:null}")
        .on("cron.add", job)
        .on("cron.update", job)
        .on("cron.run", "{ok:true,ran:true}")
        .on("cron.runs", "{entries:[{status:'error',error:'boom'}]}")
        .on("logs.tail", "{cursor:7,reset:false,lines:[\"" + LOG + "\",'no json\\u202e']}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "cron add --every 1h --event e; --name is missing",
        "cron add --name x --event e; a schedule is missing",
        "cron add --name x --every 1h; there is nothing to do",
        "cron add --name x --every 1h --at 1h --event e; --at, --every and --cron exclude",
        "cron add --name x --every 1x --event e; --every: '1x' is no time",
        "cron add --name x --every 0h --event e; --every: '0h' is no time",
        "cron add --name x --at never --event e; --at: 'never' is no moment",
        "cron add --name x --at 2001-01-01T00:00:00Z --event e; --at: '2001-01-01T00:00:00Z' is"
            + " past",
        "cron add --name x --cron c --tz Mars/Base --event e; --tz: 'Mars/Base' is no time zone",
        "cron add --name x --every 1h --tz UTC --event e; --tz belongs to --cron or --at",
        "cron add --name x --every 1h --event e --message m; --message and --event exclude",
        "cron add --name x --every 1h --message m --channel c; --channel and --to belong together",
        "cron add --name x --every 1h --event e --model m; --model and --channel belong to"
            + " --message",
        "cron edit news; nothing was given to change",
        "cron edit news --on --off; --on and --off exclude each other"
      })
  void whatIsWrongIsRefusedByItsOption(String command, String message) {
    assertThat(cli.run(command.split(" "))).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).startsWith("krabkrab: " + message);
    assertThat(gateway.requests).isEmpty();
  }

  @Test
  void aJobIsSentWhole() {
    assertThat(
            cli.run(
                "cron",
                "add",
                "--name",
                "n",
                "--at",
                "2025-01-20T09:00",
                "--tz",
                "Asia/Tokyo",
                "--message",
                "m",
                "--channel",
                "telegram",
                "--to",
                "4711",
                "--agent",
                "ops"))
        .as(cli.err())
        .isZero();
    JsonNode job = lastParams();
    assertThat(job.at("/schedule/atMs").asLong()).isEqualTo(1_737_331_200_000L);
    assertThat(job.at("/payload/deliver").asBoolean()).isTrue();
    assertThat(job.path("sessionTarget").asText()).isEqualTo("isolated");
    assertThat(job.path("enabled").asBoolean()).isTrue();
    assertThat(cli.out()).contains("due Sun 2025-01-19 06:30:00 Europe/Berlin (in 9m)");
  }

  @Test
  void jobsAreListedInTheirOwnZone() {
    assertThat(cli.run("cron", "list")).isZero();
    assertThat(cli.out())
        .contains("news\\u202e", "Sun 2025-01-19 06:30:00 Europe/Berlin (in 9m)")
        .contains("error, 1m ago", "boom");
  }

  @Test
  void aJobThatFailedIsAFailureOfTheCommand() {
    assertThat(cli.run("cron", "run", "j1")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.out()).contains("Ran: error: boom");
  }

  @Test
  void aLineOfTheLogStaysOneAndHidesNothing() {
    assertThat(cli.run("logs")).isZero();
    assertThat(cli.out().lines())
        .containsExactly("T gw WARN  B: bad \\u202e\\u001b[2K end", "no json\\u202e");
    LogLine line = LogLine.of(TestGateway.json("{1:'x\\u001b[2K',_meta:{logLevelName:'ERROR'}}"));
    assertThat(line.coloured())
        .isEqualTo("- - \u001b[31mERROR\u001b[0m : x\\u001b[2K")
        .doesNotContain("\u001b[2K");
  }
}
