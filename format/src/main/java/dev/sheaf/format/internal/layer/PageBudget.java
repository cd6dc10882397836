package dev.sheaf.format.internal.layer;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much heap memory the pages of a dataset may take that are kept as they were first read. Pages
 * beyond it are mapped. Safe for use by several threads.
 */
public final class PageBudget {
  private static final Cleaner CLEANER = Cleaner.create();

  private final AtomicLong left;

  /** Creates a budget. */
  public PageBudget(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  /** What one layer has taken; given back when the layer's reader is no longer reachable. */
  static final class Account implements Runnable {
    private final AtomicLong left;
    private final AtomicLong taken = new AtomicLong();

    private Account(AtomicLong left) {
      this.left = left;
    }

    /** Takes memory if there is enough. */
    boolean take(long bytes) {
      if (left.addAndGet(-bytes) < 0) {
        left.addAndGet(bytes);
        return false;
      }
      taken.addAndGet(bytes);
      return true;
    }

    /** Gives back memory that was taken and is no longer needed. */
    void giveBack(long bytes) {
      taken.addAndGet(-bytes);
      left.addAndGet(bytes);
    }

    @Override
    public void run() {
      left.addAndGet(taken.getAndSet(0));
    }
  }

  /** Opens the account of a layer's reader. */
  Account open(Object owner) {
    Account account = new Account(left);
    CLEANER.register(owner, account);
    return account;
  }
}
