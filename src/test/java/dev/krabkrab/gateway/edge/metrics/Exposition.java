package dev.krabkrab.gateway.edge.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of metrics in the text format 0.0.4, read as strictly as the format allows: whatever is
 * odd about it is an error.
 */
public final class Exposition {
  private static final Pattern META = Pattern.compile("# (HELP|TYPE) ([a-z_:][a-z0-9_:]*) (.+)");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-z_:][a-z0-9_:]*)(?:\\{(.*)})? (NaN|[+-]Inf|-?[0-9.]+(?:E-?[0-9]+)?)");
  private static final Pattern LABEL =
      Pattern.compile("([a-z_][a-z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\\"n])*)\"(,|$)");

  private final Map<String, Family> families = new LinkedHashMap<>();

  /** One line with a value. */
  public record Sample(String name, Map<String, String> labels, double value) {
    boolean has(Map<String, String> wanted) {
      return labels.entrySet().containsAll(wanted.entrySet());
    }
  }

  /** The lines of one series. */
  public record Family(String name, String type, List<Sample> samples) {
    /** Names of the tags, without the buckets' own. */
    public Set<String> tags() {
      Set<String> tags = new TreeSet<>(samples.getFirst().labels().keySet());
      tags.remove("le");
      return tags;
    }

    /** Values of one tag. */
    public Set<String> values(String tag) {
      Set<String> values = new TreeSet<>();
      samples.forEach(sample -> values.add(sample.labels().get(tag)));
      return values;
    }
  }

  private Exposition() {}

  public static Exposition parse(String text) {
    assertThat(text).endsWith("\n").doesNotContain("\r", "\n\n", "\t");
    Exposition page = new Exposition();
    List<String> lines = text.lines().toList();
    int at = 0;
    while (at < lines.size()) {
      at = page.family(lines, at);
    }
    page.families.values().forEach(Exposition::check);
    return page;
  }

  /** Reads HELP, TYPE and samples of one family; returns where the next one begins. */
  private int family(List<String> lines, int from) {
    Matcher help = META.matcher(lines.get(from));
    Matcher type = META.matcher(lines.get(from + 1));
    assertThat(help.matches() && help.group(1).equals("HELP")).as(lines.get(from)).isTrue();
    assertThat(type.matches() && type.group(1).equals("TYPE")).as(lines.get(from + 1)).isTrue();
    assertThat(type.group(2)).isEqualTo(help.group(2));
    Family family = new Family(type.group(2), type.group(3), new ArrayList<>());
    assertThat(families.put(family.name(), family)).as("%s twice", family.name()).isNull();
    int at = from + 2;
    while (at < lines.size() && !lines.get(at).startsWith("#")) {
      family.samples().add(sample(lines.get(at)));
      at++;
    }
    return at;
  }

  private static Sample sample(String line) {
    Matcher matcher = SAMPLE.matcher(line);
    assertThat(matcher.matches()).as(line).isTrue();
    String value = matcher.group(3).replace("Inf", "Infinity");
    return new Sample(matcher.group(1), labels(matcher.group(2)), Double.parseDouble(value));
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    Matcher matcher = LABEL.matcher(text == null ? "" : text);
    int end = 0;
    while (text != null && end < text.length()) {
      assertThat(matcher.find(end) && matcher.start() == end).as(text).isTrue();
      assertThat(labels.put(matcher.group(1), matcher.group(2))).as(text).isNull();
      end = matcher.end();
    }
    return labels;
  }

  private static void check(Family family) {
    assertThat(family.samples()).as(family.name()).isNotEmpty();
    assertThat(new HashSet<>(family.samples().stream().map(Exposition::identity).toList()))
        .as("lines of %s are unique", family.name())
        .hasSameSizeAs(family.samples());
    for (Sample sample : family.samples()) {
      Set<String> tags = new TreeSet<>(sample.labels().keySet());
      tags.remove("le");
      assertThat(tags).as(family.name()).isEqualTo(family.tags());
    }
    switch (family.type()) {
      case "counter" -> counter(family);
      case "gauge" -> named(family, "");
      case "summary" -> named(family, "_count", "_sum");
      case "histogram" -> histogram(family);
      default -> throw new AssertionError("type of " + family);
    }
  }

  private static void counter(Family family) {
    assertThat(family.name()).endsWith("_total");
    named(family, "");
    assertThat(family.samples()).allMatch(s -> s.value() >= 0 && Double.isFinite(s.value()));
  }

  private static void named(Family family, String... endings) {
    List<String> names = List.of(endings).stream().map(end -> family.name() + end).toList();
    assertThat(family.samples()).extracting(Sample::name).isSubsetOf(names);
  }

  private static void histogram(Family family) {
    named(family, "_bucket", "_count", "_sum");
    Map<Map<String, String>, List<Sample>> members = new LinkedHashMap<>();
    for (Sample sample : family.samples()) {
      Map<String, String> key = new TreeMap<>(sample.labels());
      assertThat(key.remove("le") != null).isEqualTo(sample.name().endsWith("_bucket"));
      members.computeIfAbsent(key, fresh -> new ArrayList<>()).add(sample);
    }
    members.values().forEach(Exposition::cumulative);
  }

  private static void cumulative(List<Sample> member) {
    double bound = Double.NEGATIVE_INFINITY;
    double before = 0;
    for (Sample bucket : member.subList(0, member.size() - 2)) {
      String le = bucket.labels().get("le").replace("Inf", "Infinity");
      assertThat(Double.parseDouble(le)).isGreaterThan(bound);
      assertThat(bucket.value()).isGreaterThanOrEqualTo(before);
      bound = Double.parseDouble(le);
      before = bucket.value();
    }
    assertThat(bound).isInfinite();
    assertThat(member.get(member.size() - 2).name()).endsWith("_count");
    assertThat(member.get(member.size() - 2).value()).isEqualTo(before);
    assertThat(member.getLast().name()).endsWith("_sum");
  }

  private static String identity(Sample sample) {
    return sample.name() + sample.labels();
  }

  public Map<String, Family> families() {
    return families;
  }

  public Family family(String name) {
    Family family = families.get(name);
    assertThat(family).as("no series %s", name).isNotNull();
    return family;
  }

  /** The value of the only line of that name with these labels, given as names and values. */
  public double value(String name, String... labels) {
    Map<String, String> wanted = new TreeMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      wanted.put(labels[i], labels[i + 1]);
    }
    List<Sample> found =
        families.values().stream()
            .flatMap(family -> family.samples().stream())
            .filter(sample -> sample.name().equals(name) && sample.has(wanted))
            .toList();
    assertThat(found).as("%s %s", name, wanted).hasSize(1);
    return found.getFirst().value();
  }

  /** The sum over all lines of a family that has no buckets. */
  public double sum(String name) {
    return family(name).samples().stream().mapToDouble(Sample::value).sum();
  }
}
