using System.Globalization;

namespace Clew.Identification;

/// <summary>How exactly a label states a date.</summary>
public enum DatePrecision : byte
{
    /// <summary>Month and year.</summary>
    Month,

    /// <summary>The day.</summary>
    Day,

    /// <summary>The hour.</summary>
    Hour,

    /// <summary>The minute.</summary>
    Minute,

    /// <summary>The second.</summary>
    Second,
}

/// <summary>A date as a label states it: never more exact than the label.</summary>
/// <param name="Moment">The stated moment; at month precision the last day of the month.</param>
/// <param name="Precision">How much of it was stated.</param>
/// <param name="DayIsDefined">At month precision: whether the standard defines the last day as meant (GS1, day 00) or says nothing (HIBC, MMYY).</param>
public readonly record struct UdiDate(DateTime Moment, DatePrecision Precision, bool DayIsDefined = true)
{
    /// <summary>The last day that fits, to compare an expiry with.</summary>
    public DateOnly Day => DateOnly.FromDateTime(Moment);

    /// <summary>ISO 8601, as exact as stated.</summary>
    public override string ToString() => Moment.ToString(Precision switch
    {
        DatePrecision.Month when !DayIsDefined => "yyyy-MM",
        DatePrecision.Hour => "yyyy-MM-dd'T'HH",
        DatePrecision.Minute => "yyyy-MM-dd'T'HH:mm",
        DatePrecision.Second => "yyyy-MM-dd'T'HH:mm:ss",
        _ => "yyyy-MM-dd",
    }, CultureInfo.InvariantCulture);

    /// <summary>
    /// The year that two digits mean when read in <paramref name="now"/>: at most 50 years ahead, 49 back (General Specifications 7.12).
    /// The other agencies define no window; theirs is the same.
    /// </summary>
    public static int Year(int twoDigits, int now)
    {
        var century = now - (now % 100);
        return (twoDigits - (now % 100)) switch
        {
            >= 51 => century - 100 + twoDigits,
            <= -50 => century + 100 + twoDigits,
            _ => century + twoDigits,
        };
    }

    /// <summary>YYMMDD; with <paramref name="zeroDay"/>, a day of 00 is the month. Null where there is no such day.</summary>
    internal static UdiDate? Short(ReadOnlySpan<char> digits, DateOnly today, bool zeroDay) =>
        digits.Length == 6 && CheckDigit.AreDigits(digits) ? Of(Year(Two(digits, 0), today.Year), Two(digits, 2), Two(digits, 4), zeroDay) : null;

    /// <summary>YYYYMMDD.</summary>
    internal static UdiDate? Long(ReadOnlySpan<char> digits) =>
        digits.Length == 8 && CheckDigit.AreDigits(digits) ? Of((Two(digits, 0) * 100) + Two(digits, 2), Two(digits, 4), Two(digits, 6), false) : null;

    /// <summary>A year and the day within it, from 1.</summary>
    internal static UdiDate? Julian(int year, int day) =>
        day >= 1 && day <= (DateTime.IsLeapYear(year) ? 366 : 365) ? new UdiDate(new DateTime(year, 1, 1).AddDays(day - 1), DatePrecision.Day) : null;

    internal static UdiDate? Of(int year, int month, int day, bool zeroDay) =>
        year is < 1 or > 9999 || month is < 1 or > 12 || day > DateTime.DaysInMonth(year, month) || (day == 0 && !zeroDay) ? null
        : day == 0 ? new UdiDate(new DateTime(year, month, DateTime.DaysInMonth(year, month)), DatePrecision.Month)
        : new UdiDate(new DateTime(year, month, day), DatePrecision.Day);

    /// <summary>The same day at a time: two, four or six digits more.</summary>
    internal UdiDate? At(ReadOnlySpan<char> time)
    {
        if (time.IsEmpty)
        {
            return this;
        }

        if (!CheckDigit.AreDigits(time) || time.Length is not (2 or 4 or 6))
        {
            return null;
        }

        var (hour, minute, second) = (Two(time, 0), time.Length > 2 ? Two(time, 2) : 0, time.Length > 4 ? Two(time, 4) : 0);
        return hour > 23 || minute > 59 || second > 59 ? null
            : new UdiDate(Moment.Date.Add(new TimeSpan(hour, minute, second)), (DatePrecision)((int)DatePrecision.Day + (time.Length / 2)));
    }

    internal static int Two(ReadOnlySpan<char> digits, int at) => ((digits[at] - '0') * 10) + digits[at + 1] - '0';
}
