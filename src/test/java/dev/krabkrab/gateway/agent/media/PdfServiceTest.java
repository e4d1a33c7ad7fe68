package dev.krabkrab.gateway.agent.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What PDFs say, and what hostile ones cannot do. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PdfServiceTest {
  private static final String LONG = "A line of text that goes on for a while. ".repeat(10);

  private Vertx vertx;
  private PdfService service;

  @BeforeAll
  void start() {
    vertx = Vertx.vertx();
    service = new PdfService(vertx, PdfService.command(), 50_000);
  }

  @AfterAll
  void stop() {
    vertx.close().await();
  }

  private PdfPages read(byte[] pdf) {
    return service.read(pdf).await();
  }

  @Test
  void textIsReadWithoutPictures() {
    PdfPages pages = read(Pdfs.ofText(LONG, "and a second page"));
    assertThat(pages.text()).contains("A line of text", "and a second page");
    assertThat(pages.pictures()).isEmpty();
    assertThat(pages.all()).isEqualTo(2);
  }

  @Test
  void pagesWithHardlyAnyTextArePictures() throws IOException {
    PdfPages pages = read(Pdfs.scanned(2));
    assertThat(pages.text()).isEmpty();
    assertThat(pages.pictures()).hasSize(2);
    BufferedImage first = ImageIO.read(new ByteArrayInputStream(pages.pictures().getFirst()));
    assertThat(first.getHeight()).isBetween(1_500, 1_600);
    assertThat(first.getRGB(300, 300) & 0xff0000).isGreaterThan(0xf00000);

    PdfPages little = read(Pdfs.ofText("Title only"));
    assertThat(little.text()).isEqualTo("Title only");
    assertThat(little.pictures()).hasSize(1);
  }

  @Test
  void onlyTheFirstPagesAreRead() {
    String[] texts = Stream.generate(() -> "").limit(10_000).toArray(String[]::new);
    texts[0] = LONG;
    texts[4] = "never read";
    PdfPages pages = read(Pdfs.ofText(texts));
    assertThat(pages.read()).isEqualTo(4);
    assertThat(pages.all()).isEqualTo(10_000);
    assertThat(pages.text()).doesNotContain("never read");
  }

  @Test
  void aVastPageIsAPictureOfOrdinarySize() throws IOException {
    byte[] picture = read(Pdfs.vast()).pictures().getFirst();
    assertThat(ImageIO.read(new ByteArrayInputStream(picture)).getWidth()).isBetween(1_500, 1_600);
  }

  static List<Arguments> refused() {
    return List.of(
        Arguments.of(
            "encrypted", Pdfs.encrypted(), "the PDF is encrypted; send it without a password"),
        Arguments.of(
            "without its end",
            Pdfs.withoutItsEnd(),
            "the PDF is damaged; send one that opens elsewhere, or its text"),
        Arguments.of(
            "no PDF",
            new byte[100],
            "the PDF is damaged; send one that opens elsewhere, or its text"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refused(String name, byte[] pdf, String message) {
    assertThat(pdf).as(name).hasSizeLessThan(5 * 1024 * 1024);
    assertThatThrownBy(() -> read(pdf)).isInstanceOf(PdfRefusal.class).hasMessage(message);
  }

  @Test
  void whatTakesTooMuchMemoryIsEnded() {
    List<String> small =
        PdfService.command().stream().map(word -> word.replace("-Xmx192m", "-Xmx14m")).toList();
    PdfService poor = new PdfService(vertx, small, 30_000);
    assertThatThrownBy(() -> poor.read(Pdfs.scanned(1)).await())
        .hasMessage("the PDF takes too much memory to read; send a simpler one, or its text");
  }

  @Test
  void whatTakesTooLongIsEnded() {
    PdfService hasty = new PdfService(vertx, PdfService.command(), 3_000);
    long begun = System.nanoTime();
    assertThatThrownBy(() -> hasty.read(Pdfs.laborious()).await())
        .hasMessage("the PDF takes more than 3000 ms to read; send a simpler one, or its text");
    assertThat((System.nanoTime() - begun) / 1_000_000).isLessThan(30_000);
    // Other tests have children of their own.
    await()
        .until(
            () ->
                ProcessHandle.current()
                    .children()
                    .map(child -> child.info().commandLine())
                    .noneMatch(command -> command.orElse("").contains("-Xmx192m")));
  }

  @Test
  void noMoreWaitThanAreToldLaterToComeAgain() {
    List<Future<PdfPages>> all = new ArrayList<>();
    byte[] pdf = Pdfs.ofText(LONG);
    for (int i = 0; i < 17; i++) {
      all.add(service.read(pdf));
    }
    assertThatThrownBy(() -> all.getLast().await())
        .hasMessage("too many PDFs are being read; retry in a moment");
    Future.all(all.subList(0, 16)).await();
    assertThat(read(pdf).text()).contains("A line");
  }

  @Test
  void withoutAProcessNothingIsRead() {
    PdfService none = new PdfService(vertx, List.of("/no/such/java"), 3_000);
    assertThatThrownBy(() -> none.read(Pdfs.ofText(LONG)).await())
        .hasMessage("this gateway cannot start what reads PDFs; send text");
  }
}
