using System.Diagnostics.CodeAnalysis;

namespace Clew.Identification;

/// <summary>
/// What came of reading text from outside: a value, or what is wrong and where; sometimes a value with a warning.
/// Reading never throws: a bad barcode is the world's doing, not a bug.
/// </summary>
[SuppressMessage("Design", "CA1000:Do not declare static members on generic types", Justification = "Reads best at the call: Reading<Gtin>.Of(…).")]
public readonly struct Reading<T>
{
    private readonly T? value;
    private readonly IReadOnlyList<Finding>? findings;

    private Reading(T? value, bool isRead, IReadOnlyList<Finding>? findings)
    {
        this.value = value;
        this.findings = findings;
        IsRead = isRead;
    }

    /// <summary>Whether there is a value.</summary>
    public bool IsRead { get; }

    /// <summary>The value. Asking for it without one is a bug of the caller's.</summary>
    public T Value => IsRead ? value! : throw new InvalidOperationException("Nothing was read: " + string.Join("; ", Findings));

    /// <summary>What is wrong, or worth a word.</summary>
    public IReadOnlyList<Finding> Findings => findings ?? [];

    /// <summary>A value, perhaps with warnings.</summary>
    public static Reading<T> Of(T value, IReadOnlyList<Finding>? warnings = null) => new(value, true, warnings);

    /// <summary>No value, and why.</summary>
    public static Reading<T> Wrong(params IReadOnlyList<Finding> findings) => new(default, false, findings);

    /// <summary>The value when there is one.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T read)
    {
        read = value;
        return IsRead;
    }
}
