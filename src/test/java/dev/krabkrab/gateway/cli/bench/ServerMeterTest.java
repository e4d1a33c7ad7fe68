package dev.krabkrab.gateway.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What processes and metrics say about processor time and memory. */
class ServerMeterTest {
  private static final URI ADDRESS = URI.create("http://127.0.0.1:9090/metrics");

  @TempDir private Path proc;

  private void process(int pid, String name, int user, int system, int kilobytes)
      throws IOException {
    Path folder = Files.createDirectories(proc.resolve(Integer.toString(pid)));
    Files.writeString(
        folder.resolve("stat"),
        pid + " (" + name + ") S 1 2 3 4 5 6 7 8 9 10 " + user + " " + system + " 0 0 20 0 1 0\n");
    Files.writeString(folder.resolve("status"), "Name:\tx\nVmRSS:\t  " + kilobytes + " kB\n");
  }

  @Test
  void processesAreAddedUpWhateverTheyAreCalled() throws IOException {
    process(7, "java", 100, 50, 2_000);
    process(8, "a) S 9 (b", 1, 2, 1_000);
    ServerMeter.Usage usage = new ProcessMeter(proc, List.of(7, 8)).read();
    assertThat(usage.cpuNanos()).isEqualTo(1_530_000_000L);
    assertThat(usage.memoryBytes()).isEqualTo(3_000L * 1024);
  }

  @Test
  void aProcessThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> new ProcessMeter(proc, List.of(9)).read())
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("--pid 9");
  }

  @Test
  void metricsOfAJavaProcess() {
    String text =
        """
        # HELP process_cpu_seconds_total x
        process_cpu_seconds_total 12.5
        jvm_memory_committed_bytes{area="heap",id="a b"} 1.0E8
        jvm_memory_committed_bytes{area="nonheap",id="c"} 5.0E7
        jvm_buffer_memory_used_bytes{id="direct"} 1000.0
        """;
    assertThat(MetricsMeter.usage(text, ADDRESS))
        .isEqualTo(new ServerMeter.Usage(12_500_000_000L, 150_001_000L));
    assertThat(
            MetricsMeter.usage(text + "process_resident_memory_bytes 2e8\n", ADDRESS).memoryBytes())
        .isEqualTo(200_000_000L);
  }

  @Test
  void metricsWithoutProcessorTimeAreRefused() {
    assertThatThrownBy(() -> MetricsMeter.usage("up 1\n", ADDRESS))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("--metrics " + ADDRESS)
        .hasMessageContaining("process_cpu_seconds_total");
  }
}
