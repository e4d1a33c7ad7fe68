package dev.krabkrab.gateway.agent.media;

import dev.krabkrab.gateway.agent.media.PdfAnswer.Verdict;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.font.FontMappers;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;

/**
 * Reads one PDF from the standard input and tells on the standard output what it says; a process of
 * its own, because nothing else bounds what a hostile file costs. See {@link PdfService}.
 */
public final class PdfReader {
  private static final int MOST_CHARACTERS = 200_000;

  /** Pages with less text than this are taken for pictures. */
  private static final int LEAST_CHARACTERS = 200;

  /** Models see no more of a picture. */
  private static final int LONGEST_EDGE = 1_600;

  /** More than {@link PdfService} waits. */
  private static final long LONGEST_S = 30;

  private static final float POINTS_PER_INCH = 72;
  private static final float MOST_DOTS_PER_INCH = 150;

  private PdfReader() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws IOException {
    OutputStream answers = System.out;
    goFirst();
    endAlone();
    System.setOut(System.err);
    System.setProperty("java.awt.headless", "true");
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    answer(System.in.readAllBytes()).write(new DataOutputStream(answers));
  }

  /** Where memory runs out, the kernel is to end this process and not the gateway. */
  private static void goFirst() {
    try {
      Files.writeString(Path.of("/proc/self/oom_score_adj"), "1000");
    } catch (IOException notThere) {
      // Other systems choose by themselves.
    }
  }

  /** Whoever started this may be gone, and with it the time that was given. */
  private static void endAlone() {
    CompletableFuture.delayedExecutor(LONGEST_S, TimeUnit.SECONDS)
        .execute(() -> Runtime.getRuntime().halt(1));
  }

  private static PdfAnswer answer(byte[] file) {
    FontMappers.set(new OneFont());
    try (PDDocument document = Loader.loadPDF(file)) {
      return new PdfAnswer(Verdict.READ, pages(document));
    } catch (InvalidPasswordException e) {
      return PdfAnswer.failed(Verdict.ENCRYPTED);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      return PdfAnswer.failed(Verdict.BROKEN);
    }
  }

  private static PdfPages pages(PDDocument document) throws IOException {
    int all = document.getNumberOfPages();
    int read = Math.min(all, PdfPages.MOST);
    if (read == 0) {
      throw new IOException("no pages");
    }
    PDFTextStripper stripper = new PDFTextStripper();
    stripper.setEndPage(read);
    String text = stripper.getText(document).strip();
    String cut = text.substring(0, Math.min(text.length(), MOST_CHARACTERS));
    List<byte[]> pictures = new ArrayList<>();
    if (text.length() < LEAST_CHARACTERS) {
      ImageIO.setUseCache(false);
      PDFRenderer renderer = new PDFRenderer(document);
      renderer.setSubsamplingAllowed(true);
      for (int page = 0; page < read; page++) {
        pictures.add(picture(renderer, page, document.getPage(page).getCropBox()));
      }
    }
    return new PdfPages(cut, pictures, read, all);
  }

  private static byte[] picture(PDFRenderer renderer, int page, PDRectangle box)
      throws IOException {
    float edge = Math.max(box.getWidth(), box.getHeight());
    float scale = Math.min(MOST_DOTS_PER_INCH / POINTS_PER_INCH, LONGEST_EDGE / edge);
    if (!Float.isFinite(edge) || edge <= 0) {
      throw new IOException("a page without a size");
    }
    BufferedImage image = renderer.renderImage(page, scale, ImageType.RGB);
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    if (!ImageIO.write(image, "jpeg", jpeg)) {
      throw new IOException("no JPEG");
    }
    return jpeg.toByteArray();
  }
}
