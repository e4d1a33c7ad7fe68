package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cli.bench.BenchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code krabkrab bench} refuses before anybody connects, and how it prints a report. */
class BenchCommandTest {
  private static final String REPORT =
      """
      {version:1,workload:'slow-reader',seconds:86400.5,operations:123456789,failures:3,
       errors:{'UNAVAILABLE':2,'CLOSED 1008':1},perSecond:123456.7,
       latencyMs:{count:123456789,p50:123456.78,p95:1234567.8,p99:3600000,max:3600000},
       parts:{deliveries:{count:99123456789,p50:0.001,p95:12.3,p99:123.4,max:3600000}},
       server:{cpuMs:12345678.9,cpuUsPerOperation:1234567.8,memory:'committed',
         memoryStartBytes:123456789012,memoryPeakBytes:223456789012,memoryEndBytes:99},
       generator:{cpuMs:1,cpuUsPerOperation:1234567.8,loopShare:0.95},
       details:{cpuUsPerDelivery:12345.6,kilobytesPerConnection:12345.6,
         idleCpuMsPerConnectionMinute:12345.6,growthBytes:123456789012,
         growthBytesWithout:123456789012,slowClosed:true,slowCloseCode:1008,lost:1234567,
         perSecondWithout:123456.7},
       devices:{paired:1000000,removed:999999,left:1}}
      """;

  @TempDir private Path home;

  private TestCli cli() {
    return new TestCli(home);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "calls --rate 5 --concurrency 5; --rate and --concurrency",
        "approvals --rate 0; --rate",
        "handshakes --connections 5 --concurrency 6; --concurrency 6",
        "connections --connections 5 --concurrency 6; --concurrency 6",
        "calls --pid 1 --metrics http://127.0.0.1:1/metrics; --pid and --metrics",
        "calls --metrics ftp://x/; --metrics ftp://x/",
        "calls --metrics nonsense; --metrics nonsense",
        "calls --params [1]; --params",
        "calls --params {; --params",
        "calls --method a\"b; --method",
        "calls --compare nowhere.json; --compare nowhere.json",
        "calls --protocol 5; '--protocol'",
        "calls --url ftp://x; ftp://x",
        "invokes --nodes 0; '--nodes'"
      })
  void impossibleCombinationsAreRefusedByTheFlag(String arguments, String named) {
    TestCli cli = cli();
    assertThat(cli.run(("bench " + arguments).split(" "))).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains(named);
    assertThat(cli.err().lines().count()).isLessThanOrEqualTo(2);
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void moreConnectionsThanFilesMayBeOpenAreRefused() {
    BenchPlan.Size size = new BenchPlan.Size(900, 30, 10);
    assertThatThrownBy(() -> BenchCommand.refuseTooMany(size, 1_000))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("--connections")
        .hasMessageContaining("1000 are allowed");
    assertThatCode(() -> BenchCommand.refuseTooMany(size, 1_100)).doesNotThrowAnyException();
    assertThat(OpenFiles.most()).isPositive();
  }

  @Test
  void aProcessOrMetricsThatCannotBeReadEndItBeforeAnybodyConnects() {
    TestCli cli = cli();
    assertThat(cli.run("bench", "calls", "--pid", "4194304")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("--pid 4194304");
    assertThat(cli.run("bench", "calls", "--metrics", "http://127.0.0.1:1/metrics"))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("--metrics http://127.0.0.1:1/metrics");
  }

  @Test
  void whereNobodyListensItSaysSo() {
    TestCli cli = cli();
    assertThat(cli.run("bench", "calls", "--url", "ws://127.0.0.1:1"))
        .isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(cli.err()).contains("a client could not connect").contains("--url");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "no JSON; is not a report",
        "{}; is not a report",
        "{\"version\":2,\"workload\":\"calls\"}; is not a report",
        "{\"version\":1,\"workload\":\"invokes\"}; is a report of invokes, not of calls"
      })
  void onlyAReportOfTheSameWorkloadIsCompared(String content, String said) throws IOException {
    Path file = Files.writeString(home.resolve("before.json"), content);
    TestCli cli = cli();
    assertThat(cli.run("bench", "calls", "--compare", file.toString())).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains("--compare " + file).contains(said);
  }

  @Test
  void aReportFitsEightyColumnsWhateverTheFigures() {
    ObjectNode report = (ObjectNode) TestGateway.json(REPORT);
    report.set("comparison", new BenchComparison(TestGateway.json(REPORT)).with(report));
    TestCli cli = cli();
    new BenchReport(cli.context(), report).print();
    assertThat(cli.out().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80))
        .hasSizeGreaterThan(20);
    assertThat(cli.out())
        .contains("UNAVAILABLE 2", "CLOSED 1008 1", "1 left", "generator was the limit");
    for (String line : List.of("WHAT", "FIGURE", "1,234,568 CPU-µs an operation")) {
      assertThat(cli.out()).contains(line);
    }
  }

  @Test
  void aGeneratorWithTimeLeftIsNotTheLimit() {
    ObjectNode report = (ObjectNode) TestGateway.json(REPORT.replace("0.95", "0.85"));
    TestCli cli = cli();
    new BenchReport(cli.context(), report).print();
    assertThat(cli.out()).doesNotContain("generator was the limit");
  }

  @Test
  void ratiosAreOfWhatBothHave() {
    ObjectNode after = (ObjectNode) TestGateway.json(REPORT);
    after.put("perSecond", 246913.4).put("failures", 0);
    after.remove("server");
    ObjectNode comparison = new BenchComparison(TestGateway.json(REPORT)).with(after);
    assertThat(comparison.at("/perSecond/ratio").asDouble()).isEqualTo(2.0);
    assertThat(comparison.at("/failures/ratio").asDouble()).isZero();
    assertThat(comparison.at("/p99Ms/before").asDouble()).isEqualTo(3_600_000);
    assertThat(comparison.has("cpuUsPerOperation")).isFalse();
    ObjectNode none = (ObjectNode) TestGateway.json("{failures:0}");
    ObjectNode some = (ObjectNode) TestGateway.json("{failures:4}");
    assertThat(new BenchComparison(none).with(some).path("failures").has("ratio")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0, 0.00", "0.1234, 0.12", "99.999, 100.00", "123.45, 123.5", "1234.5, '1,235'"})
  void figuresHaveAsManyDigitsAsSaySomething(double value, String shown) {
    assertThat(BenchReport.amount(value))
        .isEqualTo(shown.replace("1,235", BenchReport.amount(1234.5)));
  }
}
