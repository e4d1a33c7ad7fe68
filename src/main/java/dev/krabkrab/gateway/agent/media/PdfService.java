package dev.krabkrab.gateway.agent.media;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads PDFs, one at a time, each in a process of its own that is given so much memory and time and
 * nothing of this one's environment: what a hostile file breaks is that process. Safe from any
 * context. Protocol 04 §21.
 */
public final class PdfService {
  private static final Logger LOG = LoggerFactory.getLogger(PdfService.class);
  private static final int MOST_WAITING = 16;
  private static final long LONGEST_MS = 10_000;
  private static final int OUT_OF_MEMORY = 3;
  private static final String RETRY = "; retry in a moment";

  private final Vertx vertx;
  private final WorkerExecutor worker;
  private final List<String> command;
  private final long longestMs;
  private final AtomicInteger waiting = new AtomicInteger();

  PdfService(Vertx vertx, List<String> command, long longestMs) {
    this.vertx = vertx;
    this.worker = vertx.createSharedWorkerExecutor("krabkrab-pdf", 1);
    this.command = List.copyOf(command);
    this.longestMs = longestMs;
  }

  /** With the Java, or the launcher, that this process was started with. */
  public static PdfService create(Vertx vertx) {
    return new PdfService(vertx, command(), LONGEST_MS);
  }

  static List<String> command() {
    String launcher = System.getProperty("jpackage.app-path");
    if (launcher != null) {
      return List.of(Path.of(launcher).resolveSibling("krabkrab-pdf").toString());
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        // As in k8s/image/pdf.properties.
        "-Xmx192m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-UsePerfData",
        "-cp",
        System.getProperty("java.class.path"),
        PdfReader.class.getName());
  }

  /**
   * Reads the first {@link PdfPages#MOST} pages.
   *
   * @return fails with {@link PdfRefusal}
   */
  public Future<PdfPages> read(byte[] pdf) {
    if (ModuleLayer.boot().findModule("java.desktop").isEmpty()) {
      return Future.failedFuture(
          new PdfRefusal(
              "the Java of this gateway has no module java.desktop, which PDFs need; start the"
                  + " gateway with a complete Java, or send text",
              true));
    }
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return Future.failedFuture(new PdfRefusal("too many PDFs are being read" + RETRY, true));
    }
    return worker
        .executeBlocking(() -> pages(answer(pdf)), false)
        .map(Objects::requireNonNull)
        .onComplete(done -> waiting.decrementAndGet());
  }

  private static PdfPages pages(PdfAnswer answer) {
    PdfPages pages = answer.pages();
    if (pages != null) {
      return pages;
    }
    throw switch (answer.verdict()) {
      case ENCRYPTED -> new PdfRefusal("the PDF is encrypted; send it without a password", false);
      default ->
          new PdfRefusal("the PDF is damaged; send one that opens elsewhere, or its text", false);
    };
  }

  private PdfAnswer answer(byte[] pdf) {
    Process process = start();
    AtomicBoolean late = new AtomicBoolean();
    long timer =
        vertx.setTimer(
            longestMs,
            due -> {
              late.set(true);
              process.destroyForcibly();
            });
    try {
      send(process, pdf);
      return PdfAnswer.read(new DataInputStream(new BufferedInputStream(process.getInputStream())));
    } catch (IOException e) {
      throw refusal(process, late.get());
    } finally {
      vertx.cancelTimer(timer);
      process.destroyForcibly();
    }
  }

  private Process start() {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    try {
      return builder.start();
    } catch (IOException e) {
      LOG.warn("PDFs cannot be read: {}", e.getMessage());
      throw new PdfRefusal("this gateway cannot start what reads PDFs; send text", true);
    }
  }

  /** One that ends before it has read everything says why by how it ends. */
  private static void send(Process process, byte[] pdf) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(pdf);
    } catch (IOException e) {
      LOG.debug("a process that reads a PDF ended early", e);
    }
  }

  private PdfRefusal refusal(Process process, boolean late) {
    if (late) {
      return new PdfRefusal(
          "the PDF takes more than " + longestMs + " ms to read; send a simpler one, or its text",
          false);
    }
    if (exitCode(process) == OUT_OF_MEMORY) {
      return new PdfRefusal(
          "the PDF takes too much memory to read; send a simpler one, or its text", false);
    }
    LOG.warn("the process that reads PDFs ended with {}", exitCode(process));
    return new PdfRefusal("the PDF could not be read; send its text", false);
  }

  private static int exitCode(Process process) {
    try {
      return process.waitFor(1, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}
