package dev.krabkrab.gateway.edge.console;

import dev.krabkrab.gateway.edge.console.References.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All files of the console as they are served: the document, and whatever it leads to. A file's
 * served name has a hash of it and of all it needs, and what names a file names it so; equal files
 * have equal names on every instance. Immutable, and safe from any thread.
 */
public final class AssetTable {
  private static final String DOCUMENT = "index.html";

  /** The folder of the files, beside the document. */
  static final String FOLDER = "a/";

  private static final Set<String> TEXTS = Set.of("js", "css", "html", "svg", "json");

  private final Map<String, Asset> served;
  private final Source document;
  private final Map<String, String> names;
  private final List<String> early;

  /**
   * A file as it was written.
   *
   * @param text null for what is no text
   */
  private record Source(
      String name, byte[] bytes, @Nullable String text, List<Reference> references) {

    static Source read(String name) {
      byte[] bytes = ConsoleFiles.read(name);
      String end = name.substring(name.lastIndexOf('.') + 1);
      if (!TEXTS.contains(end)) {
        return new Source(name, bytes, null, List.of());
      }
      String text = References.withoutMap(new String(bytes, StandardCharsets.UTF_8));
      return new Source(name, bytes, text, References.in(name, text));
    }

    /** With other names for the files it names. */
    String naming(UnaryOperator<String> names) {
      StringBuilder changed = new StringBuilder();
      String whole = String.valueOf(text);
      int done = 0;
      for (Reference place : references) {
        changed.append(whole, done, place.start()).append(names.apply(place.target()));
        done = place.end();
      }
      return changed.append(whole, done, whole.length()).toString();
    }
  }

  private AssetTable(
      Map<String, Asset> served, Source document, Map<String, String> names, List<String> early) {
    this.served = Map.copyOf(served);
    this.document = document;
    this.names = Map.copyOf(names);
    this.early = List.copyOf(early);
  }

  /**
   * Reads and prepares everything. Takes a while: off event loops.
   *
   * @throws IllegalStateException if a file is named that is not there
   */
  public static AssetTable load() {
    Map<String, Source> sources = sources();
    Map<String, String> names = new HashMap<>();
    sources.values().stream()
        .filter(source -> !source.name().equals(DOCUMENT))
        .forEach(source -> names.put(source.name(), servedName(source, sources)));
    Map<String, Asset> served = new HashMap<>();
    names.forEach(
        (name, hashed) -> {
          Source source = of(sources, name);
          served.put(
              hashed,
              source.text() == null
                  ? Asset.of(name, source.bytes())
                  : Asset.of(name, source.naming(other -> "./" + names.get(other))));
        });
    return new AssetTable(served, of(sources, DOCUMENT), names, early(sources, names));
  }

  /** The file with that served name, or null. */
  @Nullable Asset find(String servedName) {
    return served.get(servedName);
  }

  /** By their served names. */
  Map<String, Asset> served() {
    return served;
  }

  /**
   * The document.
   *
   * @param home the path it is served at, which its files are named from
   */
  Asset document(String home) {
    String folder = home + FOLDER;
    StringBuilder links = new StringBuilder();
    early.forEach(
        name ->
            links
                .append("<link rel=\"modulepreload\" href=\"")
                .append(folder)
                .append(name)
                .append("\">\n"));
    String page = document.naming(name -> folder + names.get(name));
    return Asset.of(DOCUMENT, page.replaceFirst("(?=</head>)", links.toString()));
  }

  private static Source of(Map<String, Source> sources, String name) {
    Source source = sources.get(name);
    if (source == null) {
      throw new IllegalStateException("the console has no file " + name);
    }
    return source;
  }

  private static Map<String, Source> sources() {
    Map<String, Source> sources = new TreeMap<>();
    Deque<String> open = new ArrayDeque<>(List.of(DOCUMENT));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (!sources.containsKey(name)) {
        Source source = Source.read(name);
        sources.put(name, source);
        source.references().forEach(reference -> open.push(reference.target()));
      }
    }
    return sources;
  }

  private static String servedName(Source source, Map<String, Source> sources) {
    StringBuilder all = new StringBuilder();
    for (String name : new TreeSet<>(reachable(List.of(source.name()), sources, false))) {
      all.append(name).append(' ').append(Asset.hash(of(sources, name).bytes())).append('\n');
    }
    String flat = source.name().replace("@", "").replace('/', '-');
    int dot = flat.lastIndexOf('.');
    String hash = Asset.hash(all.toString().getBytes(StandardCharsets.UTF_8));
    return flat.substring(0, dot) + "." + hash + flat.substring(dot);
  }

  /** The modules that those of the document cannot begin without. */
  private static List<String> early(Map<String, Source> sources, Map<String, String> names) {
    List<String> scripts =
        of(sources, DOCUMENT).references().stream()
            .map(Reference::target)
            .filter(name -> name.endsWith(".js"))
            .toList();
    return reachable(scripts, sources, true).stream()
        .filter(name -> !scripts.contains(name))
        .map(name -> String.valueOf(names.get(name)))
        .toList();
  }

  /** With the first ones. */
  private static Set<String> reachable(
      List<String> first, Map<String, Source> sources, boolean atOnce) {
    Set<String> reached = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(first);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (reached.add(name)) {
        of(sources, name).references().stream()
            .filter(reference -> reference.atOnce() || !atOnce)
            .forEach(reference -> open.add(reference.target()));
      }
    }
    return reached;
  }
}
