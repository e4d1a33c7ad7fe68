package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.media.PdfPages;
import dev.krabkrab.gateway.agent.media.PdfRefusal;
import dev.krabkrab.gateway.agent.media.PdfService;
import dev.krabkrab.gateway.agent.tools.FetchService;
import dev.krabkrab.gateway.agent.tools.FetchService.Fetched;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * Fetches what the parts of a request point to, and opens its PDFs; afterwards the body holds
 * pictures and texts, as if the client had sent them. Protocol 04 §20, §21.
 */
public final class InputFiles {
  private static final int MOST_PARTS = 8;
  private static final int MOST_BYTES = 20 * 1024 * 1024;

  private final FetchService fetch;
  private final PdfService pdfs;

  public InputFiles(FetchService fetch, PdfService pdfs) {
    this.fetch = fetch;
    this.pdfs = pdfs;
  }

  /**
   * Settings by which addresses are followed or not.
   *
   * @param images {@code images.allowUrl}
   * @param files {@code files.allowUrl}
   */
  record Addresses(boolean images, boolean files) {}

  /** A part that is not settled, and its neighbours. */
  private record Place(ArrayNode among, InputPart part) {}

  /** Whether there is something to fetch or to open. */
  static boolean any(JsonNode items) {
    return !places(items).isEmpty();
  }

  private static List<Place> places(JsonNode items) {
    List<Place> places = new ArrayList<>();
    for (JsonNode item : items) {
      for (String field : new String[] {"content", "output"}) {
        if (item.path(field) instanceof ArrayNode parts) {
          for (JsonNode json : parts) {
            InputPart part = InputPart.of(json);
            if (part != null && (part.isElsewhere() || part.isPdf())) {
              places.add(new Place(parts, part));
            }
          }
        }
      }
    }
    return places;
  }

  /**
   * Settles all parts, one after the other.
   *
   * @param items of {@code input} or {@code messages}; changed
   * @return fails with {@link BadBody} for what cannot be taken
   */
  Future<Void> settle(JsonNode items, Addresses allowed) {
    List<Place> places = places(items);
    if (places.size() > MOST_PARTS) {
      return Future.failedFuture(
          InputPart.refused("at most " + MOST_PARTS + " URLs and PDFs are taken at once"));
    }
    Future<Integer> all = Future.succeededFuture(0);
    for (Place place : places) {
      all = all.compose(bytes -> settle(place, allowed, bytes));
    }
    return all.mapEmpty();
  }

  /**
   * @param before bytes fetched so far
   * @return the same with this one
   */
  private Future<Integer> settle(Place place, Addresses allowed, int before) {
    InputPart part = place.part();
    Future<Integer> here =
        part.isElsewhere() ? fetched(part, allowed, before) : Future.succeededFuture(before);
    return here.compose(
        bytes -> part.isPdf() ? opened(place).map(bytes) : Future.succeededFuture(bytes));
  }

  private Future<Integer> fetched(InputPart part, Addresses allowed, int before) {
    if (!(part.isImage() ? allowed.images() : allowed.files())) {
      return Future.failedFuture(
          InputPart.refused(part.kind() + ": URL sources are disabled; send a data URL"));
    }
    return fetch
        .get(part.url(), part.limits())
        .recover(
            failed ->
                Future.failedFuture(
                    failed instanceof IllegalArgumentException
                        ? InputPart.refused(String.valueOf(failed.getMessage()))
                        : failed))
        .compose(
            file -> {
              int all = before + file.body().length();
              return all > MOST_BYTES
                  ? Future.failedFuture(
                      InputPart.refused(
                          FetchService.tooLarge("What the URLs lead to", all, MOST_BYTES)))
                  : aside(() -> put(part, file)).map(all);
            });
  }

  private static boolean put(InputPart part, Fetched file) {
    part.put(file.type(), base64(file.body().getBytes()));
    return true;
  }

  private Future<Void> opened(Place place) {
    return aside(() -> place.part().bytes())
        .compose(pdfs::read)
        .recover(
            failed ->
                Future.failedFuture(
                    failed instanceof PdfRefusal refusal && !refusal.isPassing()
                        ? InputPart.refused(String.valueOf(refusal.getMessage()))
                        : failed))
        .compose(
            pages ->
                aside(() -> pages.pictures().stream().map(InputFiles::base64).toList())
                    .map(pictures -> show(place, pages, pictures)))
        .mapEmpty();
  }

  private static boolean show(Place place, PdfPages pages, List<String> pictures) {
    List<String> lines = new ArrayList<>();
    if (!pages.text().isEmpty()) {
      lines.add(pages.text());
    }
    if (!pictures.isEmpty()) {
      lines.add("[its pages are pictures]");
    }
    if (pages.read() < pages.all()) {
      lines.add("[pages 1 to " + pages.read() + " of " + pages.all() + "]");
    }
    place.part().putText(String.join("\n", lines));
    for (String picture : pictures) {
      ObjectNode image = place.among().addObject().put("type", InputPart.IMAGE);
      image
          .putObject("source")
          .put("type", "base64")
          .put("media_type", "image/jpeg")
          .put("data", picture);
    }
    return true;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Away from the event loop. */
  static <T> Future<T> aside(Callable<T> work) {
    return Objects.requireNonNull(Vertx.currentContext())
        .executeBlocking(work, false)
        .map(Objects::requireNonNull);
  }
}
