package dev.sheaf.format.internal.git;

import java.util.Optional;

/** The four kinds of Git object, with their names in object headers and their numbers in packs. */
enum ObjectType {
  COMMIT("commit", 1),
  TREE("tree", 2),
  BLOB("blob", 3),
  TAG("tag", 4);

  private final String label;
  private final int packCode;

  ObjectType(String label, int packCode) {
    this.label = label;
    this.packCode = packCode;
  }

  String label() {
    return label;
  }

  int packCode() {
    return packCode;
  }

  static Optional<ObjectType> ofPackCode(int code) {
    for (ObjectType type : values()) {
      if (type.packCode == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  static Optional<ObjectType> ofLabel(String label) {
    for (ObjectType type : values()) {
      if (type.label.equals(label)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
