package dev.krabkrab.gateway.access.auth;

import java.util.List;

/** The scopes that grant something. Others are legal and grant nothing. Protocol 01d §8.2. */
public final class Scope {
  public static final String ADMIN = "operator.admin";
  public static final String READ = "operator.read";
  public static final String WRITE = "operator.write";
  public static final String APPROVALS = "operator.approvals";
  public static final String PAIRING = "operator.pairing";
  public static final String QUESTIONS = "operator.questions";
  public static final String TALK = "operator.talk";
  public static final String TALK_SECRETS = "operator.talk.secrets";

  /** All of them. */
  public static final List<String> ALL =
      List.of(READ, WRITE, APPROVALS, PAIRING, QUESTIONS, TALK, TALK_SECRETS, ADMIN);

  private Scope() {}
}
