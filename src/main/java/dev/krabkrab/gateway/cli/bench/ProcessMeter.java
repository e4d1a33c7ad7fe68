package dev.krabkrab.gateway.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Processes on this machine, from Linux' {@code /proc}. */
public final class ProcessMeter implements ServerMeter {
  /** Linux tells processor time in hundredths of a second, whatever its own clock is. */
  private static final long TICK_NANOS = 10_000_000;

  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

  /** Fields of stat behind the name in parentheses, the state being number 0. */
  private static final int USER = 11;

  private static final int SYSTEM = 12;

  private final Path proc;
  private final List<Integer> pids;

  /** Processes without those they started. */
  public ProcessMeter(List<Integer> pids) {
    this(Path.of("/proc"), pids);
  }

  ProcessMeter(Path proc, List<Integer> pids) {
    this.proc = proc;
    this.pids = List.copyOf(pids);
  }

  @Override
  public Usage read() {
    long ticks = 0;
    long kilobytes = 0;
    for (int pid : pids) {
      String stat = text(pid, "stat");
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
      ticks += Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]);
      Matcher resident = RESIDENT.matcher(text(pid, "status"));
      kilobytes += resident.find() ? Long.parseLong(resident.group(1)) : 0;
    }
    return new Usage(ticks * TICK_NANOS, kilobytes * 1024);
  }

  private String text(int pid, String file) {
    try {
      return Files.readString(
          proc.resolve(Integer.toString(pid)).resolve(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new BenchException(
          BenchException.Kind.LOCAL, "--pid " + pid + ": there is no such process to read here");
    }
  }

  @Override
  public boolean isFree() {
    return true;
  }

  @Override
  public String memory() {
    return "resident";
  }
}
