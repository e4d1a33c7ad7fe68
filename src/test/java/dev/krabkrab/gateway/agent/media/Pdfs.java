package dev.krabkrab.gateway.agent.media;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;

/** PDFs, well-made and hostile ones. */
public final class Pdfs {
  private Pdfs() {}

  /** One page for each text; a long one in lines. */
  public static byte[] ofText(String... pages) {
    return made(document -> List.of(pages).forEach(page -> page(document, page)));
  }

  /** As a scanner makes them: a red page, no text. */
  public static byte[] scanned(int pages) {
    return made(
        document -> {
          BufferedImage image = new BufferedImage(600, 800, BufferedImage.TYPE_INT_RGB);
          for (int y = 0; y < 800; y++) {
            for (int x = 0; x < 600; x++) {
              image.setRGB(x, y, Color.RED.getRGB());
            }
          }
          for (int i = 0; i < pages; i++) {
            PDPage page = new PDPage(PDRectangle.A4);
            document.addPage(page);
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
              content.drawImage(LosslessFactory.createFromImage(document, image), 0, 0, 595, 842);
            }
          }
        });
  }

  public static byte[] encrypted() {
    return made(
        document -> {
          page(document, "secret");
          StandardProtectionPolicy policy =
              new StandardProtectionPolicy("owner", "user", new AccessPermission());
          policy.setEncryptionKeyLength(128);
          document.protect(policy);
        });
  }

  public static byte[] withoutItsEnd() {
    byte[] whole = scanned(1);
    byte[] half = new byte[whole.length / 3];
    System.arraycopy(whole, 0, half, 0, half.length);
    return half;
  }

  public static byte[] vast() {
    return made(document -> document.addPage(new PDPage(new PDRectangle(1_000_000, 1_000_000))));
  }

  /** A page whose content is some gigabytes of blanks, packed. */
  public static byte[] bomb(int gigabytes) {
    return made(
        document -> {
          PDPage page = new PDPage(PDRectangle.A4);
          document.addPage(page);
          PDStream content = new PDStream(document);
          byte[] blanks = new byte[1 << 20];
          java.util.Arrays.fill(blanks, (byte) ' ');
          try (OutputStream out = content.createOutputStream(COSName.FLATE_DECODE)) {
            for (int i = 0; i < gigabytes * 1_024; i++) {
              out.write(blanks);
            }
          }
          page.setContents(content);
        });
  }

  /** Which draws for minutes. */
  public static byte[] laborious() {
    return made(
        document -> {
          PDPage page = new PDPage(PDRectangle.A4);
          document.addPage(page);
          PDStream content = new PDStream(document);
          byte[] strokes = "0 0 m 595 842 300 20 0 842 c S\n".repeat(100).getBytes("US-ASCII");
          try (OutputStream out = content.createOutputStream(COSName.FLATE_DECODE)) {
            for (int i = 0; i < 20_000; i++) {
              out.write(strokes);
            }
          }
          page.setContents(content);
        });
  }

  private interface Work {
    void on(PDDocument document) throws IOException;
  }

  private static byte[] made(Work work) {
    try (PDDocument document = new PDDocument();
        ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      work.on(document);
      document.save(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void page(PDDocument document, String text) {
    PDPage page = new PDPage(PDRectangle.A4);
    document.addPage(page);
    if (text.isEmpty()) {
      return;
    }
    try (PDPageContentStream content = new PDPageContentStream(document, page)) {
      content.beginText();
      content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 10);
      content.newLineAtOffset(40, 780);
      for (int at = 0; at < text.length(); at += 80) {
        content.showText(text.substring(at, Math.min(text.length(), at + 80)));
        content.newLineAtOffset(0, -12);
      }
      content.endText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
