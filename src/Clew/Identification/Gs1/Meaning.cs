namespace Clew.Identification.Gs1;

/// <summary>What the elements of GS1 mean together: the common fields of a reading, and the rules between elements.</summary>
internal static class Meaning
{
    /// <summary>Fills the common fields from the elements.</summary>
    public static void Tell(UdiReading reading, DateOnly today)
    {
        foreach (ref readonly var element in reading.Span)
        {
            switch (element.Key)
            {
                case "01": reading.DeviceIdentifier = element.Value; break;
                case "03" or "8006" or "8026" when element.Length >= 14: reading.DeviceIdentifier ??= element.Span[..14].ToString(); break;
                case "10": reading.Lot = element.Value; break;
                case "21": reading.Serial = element.Value; break;
                case "11": reading.Manufactured = UdiDate.Short(element.Span, today, zeroDay: true); break;
                case "17":
                    reading.Expires = UdiDate.Short(element.Span, today, zeroDay: true);
                    if (reading.Expires is { Precision: DatePrecision.Month })
                    {
                        reading.Wrong(UdiFindings.DayUnsaid, element, element.Value, "17");
                    }

                    break;
                case "7003" when element.Length == 10: reading.Expires = UdiDate.Short(element.Span[..6], today, zeroDay: false)?.At(element.Span[6..]); break;
                case "8008" when element.Length >= 8: reading.Manufactured = UdiDate.Short(element.Span[..6], today, zeroDay: false)?.At(element.Span[6..]); break;
                case "8012": reading.SoftwareVersion = element.Value; break;
                case "8013": reading.BasicUdiDi = element.Value; break;
                case "8014": reading.MasterUdiDi = element.Value; break;
                case "30" or "37" when int.TryParse(element.Span, System.Globalization.NumberStyles.None, null, out var n): reading.Quantity = n; break;
                default: break;
            }
        }

    }

    /// <summary>The rules between elements, over all symbols of one item: exclusions, repeats, signature, then companions.</summary>
    public static void CheckTogether(UdiReading reading)
    {
        var all = reading.Said;
        for (var i = 0; i < all.Length; i++)
        {
            foreach (var pattern in all[i].Ai!.Exclusions)
            {
                foreach (ref readonly var other in all)
                {
                    // The pair is reported once, from whichever side names it first.
                    if (other.Key != all[i].Key && Matches(pattern, other.Key) && !IsSaid(reading, all[i].Key, other.Key))
                    {
                        reading.Wrong(UdiFindings.MutuallyExclusiveAis, all[i], all[i].Value, all[i].Key, other.Key);
                    }
                }
            }

            for (var j = 0; j < i; j++)
            {
                if (all[j].Key == all[i].Key && !all[j].Span.SequenceEqual(all[i].Span))
                {
                    reading.Wrong(UdiFindings.DuplicateAi, all[i], all[i].Value, all[i].Key);
                    break;
                }
            }
        }

        if (Has(all, "8030"))
        {
            foreach (ref readonly var element in all)
            {
                if (element.Key is "253" or "255" or "8003" && element.Length == element.Ai!.LengthMin)
                {
                    reading.Wrong(UdiFindings.DigSig, element, element.Value, element.Key);
                }
            }
        }

        foreach (ref readonly var element in all)
        {
            foreach (var alternatives in element.Ai!.Requirements)
            {
                if (!IsMet(all, element.Key, alternatives))
                {
                    reading.Wrong(UdiFindings.MissingRequiredAi, element, element.Value, element.Key, string.Join(") / (", alternatives.Select(a => string.Join(")+(", a))));
                }
            }
        }
    }

    private static bool IsSaid(UdiReading reading, string one, string other) =>
        reading.Diagnostics.Any(d => d.Kind == UdiFindings.MutuallyExclusiveAis && ((d.Arguments[1] == one && d.Arguments[2] == other) || (d.Arguments[1] == other && d.Arguments[2] == one)));

    private static bool IsMet(ReadOnlySpan<UdiElement> all, string self, string[][] alternatives)
    {
        foreach (var companions in alternatives)
        {
            var met = true;
            foreach (var pattern in companions)
            {
                met &= Has(all, pattern, self);
            }

            if (met)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Has(ReadOnlySpan<UdiElement> all, string pattern, string? self = null)
    {
        foreach (ref readonly var element in all)
        {
            if (element.Key != self && Matches(pattern, element.Key))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(string pattern, string key)
    {
        if (pattern.Length != key.Length)
        {
            return false;
        }

        for (var i = 0; i < key.Length; i++)
        {
            if (pattern[i] != key[i] && pattern[i] != 'n')
            {
                return false;
            }
        }

        return true;
    }
}
