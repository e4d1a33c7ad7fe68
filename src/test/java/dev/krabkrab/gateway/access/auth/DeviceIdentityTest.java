package dev.krabkrab.gateway.access.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The signature vectors of Protocol 01b §5.6 and 05 §5.2, and what must be refused. */
class DeviceIdentityTest {
  private static final String KEY_A = "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg";
  private static final String ID_A =
      "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c";
  private static final String PEM_A =
      """
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=
      -----END PUBLIC KEY-----
      """;
  private static final String KEY_B = "EZ6z3EoCRuKyJ5emsRF2Cuj3pc0mx1gdge8GbApPZ9k";
  private static final String ID_B =
      "ac12ef046475f618b1e6cc6a03e3434b6af4750995184b0c729f72b08a52b68c";
  private static final String KEY_D = "ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ";
  private static final String ID_D =
      "65b60673d6ed884bf01c2c222d82ada0740f29ac3355d6a925c81f17f47a27b8";

  private static final long T = 1737264000000L;
  private static final long T_D = 1767225600000L;
  private static final String NONCE = "7f9c2b8e-1a4d-4c3e-9f60-2d5b8a7c1e10";
  private static final String NONCE_B = "0b1d6a52-6c0e-4a55-8a39-9e0f3c7d2b11";
  private static final String NONCE_D = "3f6c0c1e-8a4e-4b1d-9c55-0f2f5f1f7a10";
  private static final List<String> RW = List.of("operator.read", "operator.write");

  private static final String SIG_A1 =
      "JJ3w1mlGc6OAQioMeFOjnNm1rA_JPWBvzTH3_3LaORJfZFoxAdADCa1Vl0s4fW9L17RnInh_fAqKmnO0YfP4DQ";
  private static final String SIG_A2 =
      "9i9ricMoDqkSV9rkfFVpk9lak_DHS8GXrYpfopRxxYtZeBARMXgBHxphj6OMBeOf6Qw0Rc-SlUstsBEeEfxRCQ";
  private static final SignedConnect CLI = signed("cli", "cli", "operator", RW, "krab-token-1");
  private static final SignedConnect BACKEND =
      signed("gateway-client", "backend", "operator", List.of(), "");

  @Test
  void vectorA1Layout2() {
    assertVerified(verify(a(SIG_A1, NONCE), CLI, remote(NONCE, T)), ID_A, KEY_A, 2);
  }

  @Test
  void vectorA2Layout1() {
    assertVerified(verify(a(SIG_A2, null), CLI, local(NONCE, T)), ID_A, KEY_A, 1);
  }

  @Test
  void vectorA3Layout2WithoutScopesAndToken() {
    String signature =
        "Ngu-CmE8sLoByhwFEOZxEquDVjvuB086h0YAHa7QQ42DNROOT3g4VC10S6AespveW97uvj8C6Gt8tULgOS-DBA";
    assertVerified(verify(a(signature, NONCE), BACKEND, remote(NONCE, T)), ID_A, KEY_A, 2);
  }

  @Test
  void vectorA4Layout1EndsWithTheEmptyToken() {
    String signature =
        "eTe__pqYq-SQQZdfW96B_C2CdwfL2-62l_KTKvTrZDMJxBSsR5qIPY-pecOBobgULKkdhXVouSR1FvBVLehlCQ";
    assertThat(BACKEND.layout1(ID_A, T)).endsWith("|1737264000000|");
    assertVerified(verify(a(signature, null), BACKEND, local(NONCE, T)), ID_A, KEY_A, 1);
  }

  @Test
  void vectorA5Layout3TrimsAndLowersPlatformAndFamily() {
    String signature =
        "iPbBpA4SGfggde8z3yzF49vvl3gn9z8udYYv_vopKNKzQXlhx0vd9AT4-bpjtnWDpy2BmJ7UIXkXkuarG7zxBg";
    var signed =
        new SignedConnect(
            "node-host", "node", "node", List.of(), "krab-token-1", " iOS ", "iPhone");
    assertVerified(verify(a(signature, NONCE), signed, remote(NONCE, T)), ID_A, KEY_A, 3);
  }

  @Test
  void vectorA6Layout3WithoutFamily() {
    String signature =
        "inE95rVNbgMqCN5gKK0sUNn3XgWnidgdnsjpw4eN-Io8_hfAHahGJDBLSkH5_cPSL21QKZ-3CuHV9c7VJbPWCQ";
    var signed =
        new SignedConnect("node-host", "node", "node", List.of(), "krab-token-1", "linux", null);
    assertVerified(verify(a(signature, NONCE), signed, remote(NONCE, T)), ID_A, KEY_A, 3);
  }

  @Test
  void vectorB1NodeOfTheProtocolDocument() {
    String signature =
        "b3bhK1wcw0VRZdDGXBsNeUYTZ48nJXGJzrnir3ZL4wv-5vIKgeMq17fKdJgaB23whTaRfvqw8ffqAKNoipvtAQ";
    var device = new DeviceIdentity(ID_B, KEY_B, signature, T, NONCE_B);
    var signed = signed("ios-node", "node", "node", List.of(), "krab-token-1");
    assertVerified(verify(device, signed, remote(NONCE_B, T)), ID_B, KEY_B, 2);
  }

  @Test
  void vectorB2OperatorOfTheProtocolDocument() {
    String signature =
        "9OjKXgvL_FXBnFSl_N1YqNt7enpcI2AY4-UNKkJyBmqDWI016YIZmeX4wpYk-H7bijh8vJmPQvHYKigWcp59AA";
    var device = new DeviceIdentity(ID_B, KEY_B, signature, T, NONCE_B);
    var signed = signed("cli", "operator", "operator", RW, "krab-token-1");
    assertVerified(verify(device, signed, remote(NONCE_B, T)), ID_B, KEY_B, 2);
  }

  @Test
  void vectorD1Layout3() {
    assertD(
        "TRZrpOo68fpqTFhP8QhVuyIakMQd8mdDgtB1OwIjg2NtcvMwDOWmhP_t4NnUMzZTJcyMxiRjU3UiXlgXENdIDQ",
        backendD(" macOS ", "Mac"),
        NONCE_D,
        3);
  }

  @Test
  void vectorD2Layout2OfTheSame() {
    assertD(
        "FsPi2ZT-HClguT8C-2H7Rt3vR3NxdI3nA8Z1pD9GSi9bJNQ5TLo0PKkACEVIavJE-50kOga9byo4G6_NsGPTAQ",
        backendD(" macOS ", "Mac"),
        NONCE_D,
        2);
  }

  @Test
  void vectorD3NodeHostWithoutToken() {
    assertD(
        "oSufJtU44TqnkyT02XJxF-6dXTxJg7jeBnHQVhNtxXdejNaJjcdwPFgR9A4GjIO8rtryhLK2mskPRuNcOBCHDw",
        new SignedConnect("node-host", "node", "node", List.of(), "", "linux", null),
        NONCE_D,
        3);
  }

  @Test
  void vectorD4LowersOnlyAsciiLetters() {
    assertD(
        "72koBGDizs6RhA_FIArIWi8iM6yALegrIqxgkWHKu0g-jjItuClw9j2rcajrISULinSQNuUVNGleyK_H51LaCw",
        new SignedConnect(
            "gateway-client",
            "backend",
            "operator",
            List.of("operator.read"),
            "t",
            "ÄÖ Linux",
            "Straße PC"),
        "n-1",
        3);
  }

  @Test
  void swappedScopesAreAnotherText() {
    var swapped = signed("cli", "cli", "operator", RW.reversed(), "krab-token-1");
    assertRefused(
        verify(a(SIG_A1, NONCE), swapped, remote(NONCE, T)), DeviceRefusal.SIGNATURE_INVALID);
  }

  @Test
  void nonceOfAnotherConnectionIsRefusedEvenLocally() {
    assertRefused(verify(a(SIG_A1, NONCE), CLI, remote(NONCE_B, T)), DeviceRefusal.NONCE_MISMATCH);
    assertRefused(verify(a(SIG_A1, NONCE), CLI, local(NONCE_B, T)), DeviceRefusal.NONCE_MISMATCH);
  }

  @Test
  void remoteClientNeedsANonce() {
    assertRefused(verify(a(SIG_A1, null), CLI, remote(NONCE, T)), DeviceRefusal.NONCE_REQUIRED);
    assertRefused(verify(a(SIG_A2, "  "), CLI, remote(NONCE, T)), DeviceRefusal.NONCE_REQUIRED);
  }

  @Test
  void layout1TogetherWithANonceIsRefused() {
    assertRefused(verify(a(SIG_A2, NONCE), CLI, local(NONCE, T)), DeviceRefusal.SIGNATURE_INVALID);
  }

  @Test
  void nonceIsTrimmedBeforeUse() {
    assertVerified(verify(a(SIG_A1, " " + NONCE + "\n"), CLI, remote(NONCE, T)), ID_A, KEY_A, 2);
  }

  @Test
  void upperCaseIdIsAnotherId() {
    var device = new DeviceIdentity(ID_A.toUpperCase(Locale.ROOT), KEY_A, SIG_A1, T, NONCE);
    assertRefused(verify(device, CLI, remote(NONCE, T)), DeviceRefusal.DEVICE_ID_MISMATCH);
  }

  @Test
  void clockWindowIsTenMinutesEachWay() {
    assertRefused(
        verify(a(SIG_A1, NONCE), CLI, remote(NONCE, T + 600_001)), DeviceRefusal.SIGNATURE_EXPIRED);
    assertRefused(
        verify(a(SIG_A1, NONCE), CLI, remote(NONCE, T - 600_001)), DeviceRefusal.SIGNATURE_EXPIRED);
    assertVerified(verify(a(SIG_A1, NONCE), CLI, remote(NONCE, T + 600_000)), ID_A, KEY_A, 2);
    assertVerified(verify(a(SIG_A1, NONCE), CLI, remote(NONCE, T - 600_000)), ID_A, KEY_A, 2);
  }

  @Test
  void protocol4AllowsTwoMinutes() {
    assertThat(DeviceIdentity.window(3)).isEqualTo(Duration.ofMinutes(10));
    assertThat(DeviceIdentity.window(4)).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void absurdTimesDoNotOverflow() {
    var device = new DeviceIdentity(ID_A, KEY_A, SIG_A1, Long.MAX_VALUE, NONCE);
    assertRefused(verify(device, CLI, remote(NONCE, T)), DeviceRefusal.SIGNATURE_EXPIRED);
  }

  @Test
  void keyMayComeAsPemOrPaddedOrStandardBase64() {
    for (String key : List.of(PEM_A, KEY_A + "=", "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=")) {
      var device = new DeviceIdentity(ID_A, key, SIG_A1, T, NONCE);
      assertVerified(verify(device, CLI, remote(NONCE, T)), ID_A, KEY_A, 2);
    }
  }

  @Test
  void signatureMayBePaddedStandardBase64() {
    String standard = SIG_A1.replace('-', '+').replace('_', '/') + "==";
    assertVerified(verify(a(standard, NONCE), CLI, remote(NONCE, T)), ID_A, KEY_A, 2);
  }

  @Test
  void undecodableKeysAreAMismatch() {
    String hex = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
    for (String key : List.of("not base64!", hex, "-----BEGIN PUBLIC KEY-----\nAAAA\n")) {
      var device = new DeviceIdentity(ID_A, key, SIG_A1, T, NONCE);
      assertRefused(verify(device, CLI, remote(NONCE, T)), DeviceRefusal.DEVICE_ID_MISMATCH);
    }
  }

  @Test
  void bytesThatAreNoKeyAreAnInvalidSignatureWhenTheHashMatches() {
    byte[] der =
        HexFormat.of()
            .parseHex(
                "302a300506032b657003210003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
    String id = HexFormat.of().formatHex(DeviceKey.sha256(der));
    var device = new DeviceIdentity(id, Base64.getEncoder().encodeToString(der), SIG_A1, T, NONCE);
    assertRefused(verify(device, CLI, remote(NONCE, T)), DeviceRefusal.SIGNATURE_INVALID);
  }

  @Test
  void brokenSignatureTextsAreInvalid() {
    for (String signature : List.of("", "!!!", "AAAA", SIG_A2)) {
      assertRefused(
          verify(a(signature, NONCE), CLI, remote(NONCE, T)), DeviceRefusal.SIGNATURE_INVALID);
    }
  }

  @Test
  void refusalsCarryTheWordsOfBothProtocols() {
    assertThat(DeviceRefusal.NONCE_REQUIRED.text()).isEqualTo("device nonce required");
    assertThat(DeviceRefusal.NONCE_REQUIRED.reason()).isEqualTo("device-nonce-missing");
    assertThat(DeviceRefusal.NONCE_REQUIRED.code()).isEqualTo("DEVICE_AUTH_NONCE_REQUIRED");
    assertThat(DeviceRefusal.DEVICE_ID_MISMATCH.code()).isEqualTo("DEVICE_AUTH_DEVICE_ID_MISMATCH");
  }

  private static void assertD(String signature, SignedConnect signed, String nonce, int layout) {
    var device = new DeviceIdentity(ID_D, KEY_D, signature, T_D, nonce);
    assertVerified(verify(device, signed, remote(nonce, T_D)), ID_D, KEY_D, layout);
  }

  private static SignedConnect backendD(String platform, String family) {
    return new SignedConnect(
        "gateway-client", "backend", "operator", RW, "test-token-1", platform, family);
  }

  private static SignedConnect signed(
      String id, String mode, String role, List<String> scopes, String token) {
    return new SignedConnect(id, mode, role, scopes, token, "linux", null);
  }

  private static DeviceIdentity a(String signature, @Nullable String nonce) {
    return new DeviceIdentity(ID_A, KEY_A, signature, T, nonce);
  }

  private static DeviceVerdict verify(
      DeviceIdentity device, SignedConnect signed, DeviceIdentity.Terms terms) {
    return device.verify(signed, terms);
  }

  private static DeviceIdentity.Terms remote(String nonce, long now) {
    return terms(nonce, false, now);
  }

  private static DeviceIdentity.Terms local(String nonce, long now) {
    return terms(nonce, true, now);
  }

  private static DeviceIdentity.Terms terms(String nonce, boolean optional, long now) {
    return new DeviceIdentity.Terms(
        nonce, optional, DeviceIdentity.window(3), Instant.ofEpochMilli(now));
  }

  private static void assertVerified(DeviceVerdict verdict, String id, String key, int layout) {
    assertThat(verdict).isEqualTo(new DeviceVerdict.Verified(id, key, layout));
  }

  private static void assertRefused(DeviceVerdict verdict, DeviceRefusal reason) {
    assertThat(verdict).isEqualTo(new DeviceVerdict.Refused(reason));
  }
}
