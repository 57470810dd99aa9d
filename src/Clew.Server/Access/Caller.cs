using System.Security.Claims;
using Clew.Access;

namespace Clew.Server.Access;

/// <summary>Who is asking: a person or a system, with one role.</summary>
/// <param name="Name">As the ledger names them: <c>user:li.na</c>, <c>system:mes-suzhou</c>.</param>
/// <param name="Party">The organisation that they act for; an outsider sees only what that party holds or held.</param>
/// <param name="Only">Of what the role may, only this: a key that was made for less. Nothing: all of it.</param>
public sealed record Caller(string Name, string Role, string? Party, IReadOnlyList<Deed>? Only = null)
{
    /// <summary>The claim that holds the role.</summary>
    public const string RoleClaim = "clew:role";

    /// <summary>The claim that holds the party.</summary>
    public const string PartyClaim = "clew:party";

    /// <summary>The claim that holds what a key was narrowed to.</summary>
    public const string OnlyClaim = "clew:only";

    /// <summary>Whether visibility is limited to the own party's items.</summary>
    public bool IsOutside => Roles.Find(Role)?.IsOutside != false;

    /// <summary>Whether the role may do it, and the key if there is one.</summary>
    public bool May(Deed deed) => Roles.May(Role, deed) && Only?.Contains(deed) != false;

    /// <summary>Who is asking.</summary>
    public static Caller Of(ClaimsPrincipal principal) => new(
        principal.Identity?.Name ?? "", principal.FindFirstValue(RoleClaim) ?? "", principal.FindFirstValue(PartyClaim), Deeds(principal.FindFirstValue(OnlyClaim)?.Split(' ')));

    /// <summary>As the framework carries it.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        List<Claim> claims = [new(ClaimTypes.Name, Name), new(RoleClaim, Role)];
        if (Party is not null)
        {
            claims.Add(new Claim(PartyClaim, Party));
        }

        if (Only is not null)
        {
            claims.Add(new Claim(OnlyClaim, string.Join(' ', Only)));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }

    /// <summary>Deeds by their words, as tables keep them. A word that is none is no deed, and allows nothing.</summary>
    internal static IReadOnlyList<Deed>? Deeds(IEnumerable<string>? words) => words is null ? null : [.. words.Select(w => Enum.TryParse<Deed>(w, out var deed) ? deed : (Deed?)null).OfType<Deed>()];
}
