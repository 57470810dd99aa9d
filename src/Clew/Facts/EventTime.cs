using System.Globalization;
using System.Runtime.InteropServices;

namespace Clew.Facts;

/// <summary>
/// When something happened in the world: an instant to the microsecond, and the offset from UTC where it happened,
/// so that "the night shift of the 3rd" can still be seen.
/// </summary>
/// <remarks>Equality and order look at the instant only: 08:00+08:00 is 00:00Z.</remarks>
/// <param name="Microseconds">Since 1970-01-01T00:00Z.</param>
/// <param name="OffsetMinutes">Local time minus UTC, −14 to +14 hours.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct EventTime(long Microseconds, short OffsetMinutes) : IComparable<EventTime>
{
    private const long TicksPerMicrosecond = 10;

    /// <summary>The same instant as .NET has it.</summary>
    public DateTimeOffset AsDateTimeOffset() =>
        new DateTimeOffset(DateTime.UnixEpoch.Ticks + (Microseconds * TicksPerMicrosecond), TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(OffsetMinutes));

    /// <summary>From .NET; what is finer than a microsecond is cut off.</summary>
    public static EventTime Of(DateTimeOffset time) =>
        new((time.UtcTicks - DateTime.UnixEpoch.Ticks) / TicksPerMicrosecond, (short)time.TotalOffsetMinutes);

    /// <summary>Reads ISO 8601 with an explicit offset (<c>Z</c> or <c>±hh:mm</c>); a time without one is no time in the world.</summary>
    public static bool TryRead(string text, out EventTime time)
    {
        time = default;
        if (!HasOffset(text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read))
        {
            return false;
        }

        time = Of(read);
        return true;
    }

    /// <summary>Whether the text ends in <c>Z</c> or an offset, and has a date and a time before it.</summary>
    public static bool HasOffset(string text) =>
        text.Length > 16 && text[10] == 'T' && (text[^1] is 'Z' or 'z' || text.AsSpan(16).ContainsAny('+', '-'));

    /// <summary>Canonical text: seconds always, fractions only as far as needed, <c>Z</c> for an offset of nought.</summary>
    public override string ToString()
    {
        var local = AsDateTimeOffset();
        return local.ToString(OffsetMinutes == 0 ? "yyyy-MM-ddTHH:mm:ss.FFFFFF'Z'" : "yyyy-MM-ddTHH:mm:ss.FFFFFFzzz", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public int CompareTo(EventTime other) => Microseconds.CompareTo(other.Microseconds);

    /// <inheritdoc/>
    public bool Equals(EventTime other) => Microseconds == other.Microseconds;

    /// <inheritdoc/>
    public override int GetHashCode() => Microseconds.GetHashCode();

    /// <summary>Earlier.</summary>
    public static bool operator <(EventTime left, EventTime right) => left.Microseconds < right.Microseconds;

    /// <summary>Later.</summary>
    public static bool operator >(EventTime left, EventTime right) => left.Microseconds > right.Microseconds;

    /// <summary>Not later.</summary>
    public static bool operator <=(EventTime left, EventTime right) => left.Microseconds <= right.Microseconds;

    /// <summary>Not earlier.</summary>
    public static bool operator >=(EventTime left, EventTime right) => left.Microseconds >= right.Microseconds;
}
