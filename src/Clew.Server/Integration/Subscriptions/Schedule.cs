using System.Globalization;
using System.Text.Json;
using Clew.Identification;
using Clew.Server.Web;
using Cronos;

namespace Clew.Server.Integration.Subscriptions;

/// <summary>
/// When a subscriber is told, as EPCIS 2.0 writes it (QuerySchedule): each field numbers, ranges in brackets, and lists of both. All that
/// are given must fit. A field finer than the finest that is given is nought, so that <c>hour: 6</c> means six o'clock and not every second of that hour. UTC.
/// </summary>
/// <param name="DayOfWeek">1 is Monday, 7 Sunday.</param>
public sealed record Schedule(string? Second, string? Minute, string? Hour, string? DayOfMonth, string? Month, string? DayOfWeek)
{
    /// <summary>Not a schedule.</summary>
    public static readonly FindingKind Wrong = new("subscription.schedule", Severity.Error,
        "'{1}' is no value for '{0}' of a schedule.", "Write numbers, ranges as [1-5], and lists of them with commas between: {2}.",
        "“{1}”不是计划字段“{0}”的有效值。", "请写数字、[1-5] 形式的范围，或以逗号分隔的列表：{2}。");

    /// <summary>No moment meets it.</summary>
    public static readonly FindingKind Never = new("subscription.never", Severity.Error,
        "No moment meets this schedule.", "Give at least one field, and days that the months have.", "没有任何时刻符合此计划。", "请至少给出一个字段，并核对日期与月份。");

    // The longest that anybody needs: every fifth minute, written out.
    private const int LengthMax = 200;

    /// <summary>Reads the members of a body.</summary>
    public static Schedule? Read(JsonElement said, List<Finding> findings)
    {
        if (said.ValueKind != JsonValueKind.Object)
        {
            findings.Add(new Finding(Wrong, "/schedule", "schedule", said.ToString(), "{\"minute\":\"0\"}"));
            return null;
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in said.EnumerateObject())
        {
            values[member.Name] = member.Value.ToString();
        }

        return Read(name => values.Remove(name, out var value) ? value : null, () => values.Keys.FirstOrDefault(), "/schedule/", findings);
    }

    /// <summary>Reads fields by their names.</summary>
    /// <param name="rest">A name that is left over, or nothing.</param>
    public static Schedule? Read(Func<string, string?> field, Func<string?> rest, string path, List<Finding> findings)
    {
        var count = findings.Count;
        var (second, minute, hour) = (Field("second", 0, 59), Field("minute", 0, 59), Field("hour", 0, 23));
        var schedule = new Schedule(second, minute, hour, Field("dayOfMonth", 1, 31), Field("month", 1, 12), Field("dayOfWeek", 1, 7));
        if (rest() is { } unknown)
        {
            findings.Add(new Finding(Wrong, path + unknown, unknown, "", "second, minute, hour, dayOfMonth, month, dayOfWeek"));
        }

        if (findings.Count == count && (schedule == new Schedule(null, null, null, null, null, null) || schedule.Next(DateTimeOffset.UnixEpoch) is null))
        {
            findings.Add(new Finding(Never, path.TrimEnd('/')));
        }

        return findings.Count == count ? schedule : null;

        string? Field(string name, int min, int max)
        {
            if (field(name) is not { } text)
            {
                return null;
            }

            if (text.Length is 0 or > LengthMax || !text.Split(',').All(part => IsPart(part, min, max)))
            {
                findings.Add(new Finding(Wrong, path + name, name, text, string.Create(CultureInfo.InvariantCulture, $"{min} … {max}")));
            }

            return text;
        }
    }

    /// <summary>The first moment behind this one that meets it.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => CronExpression.Parse(Cron, CronFormat.IncludeSeconds).GetNextOccurrence(after, TimeZoneInfo.Utc);

    /// <summary>As JSON has it.</summary>
    public JsonElement AsJson() => JsonSerializer.SerializeToElement(this, Answers.Json);

    // Read back what was kept.
    internal static Schedule Of(string kept) => JsonSerializer.Deserialize<Schedule>(kept, Answers.Json)!;

    private string Cron
    {
        get
        {
            string?[] fields = [Second, Minute, Hour, DayOfMonth, Month, DayOfWeek];
            var finest = Array.FindIndex(fields, f => f is not null);
            return string.Join(' ', fields.Select((f, i) => f is not null ? f.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal) : i < finest && i < 3 ? "0" : "*"));
        }
    }

    private static bool IsPart(string part, int min, int max)
    {
        var ends = part is ['[', .. var inner, ']'] ? inner.Split('-') : [part];
        return ends.Length == (part.StartsWith('[') ? 2 : 1) && ends.All(e => e.Length is 1 or 2 && int.TryParse(e, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= min && n <= max)
            && (ends.Length == 1 || int.Parse(ends[0], CultureInfo.InvariantCulture) <= int.Parse(ends[1], CultureInfo.InvariantCulture));
    }
}
