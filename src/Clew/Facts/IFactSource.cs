namespace Clew.Facts;

/// <summary>
/// Facts out of a document of some form, one at a time. Total: it never throws for what the bytes are. Not to be shared between threads.
/// </summary>
public interface IFactSource
{
    /// <summary>How far into the document, 0 to 1.</summary>
    double Progress { get; }

    /// <summary>The next fact, or false at the end. What cannot be read comes as findings without a fact.</summary>
    bool TryNext(out ReadFact next);
}
