using System.Security.Claims;
using Clew.Access;

namespace Clew.Server.Access;

/// <summary>Who is asking: a person or a system, with one role.</summary>
/// <param name="Name">As the ledger names them: <c>user:li.na</c>, <c>system:mes-suzhou</c>.</param>
/// <param name="Party">The organisation that they act for; an outsider sees only what that party holds or held.</param>
public sealed record Caller(string Name, string Role, string? Party)
{
    /// <summary>The claim that holds the role.</summary>
    public const string RoleClaim = "clew:role";

    /// <summary>The claim that holds the party.</summary>
    public const string PartyClaim = "clew:party";

    /// <summary>Whether visibility is limited to the own party's items.</summary>
    public bool IsOutside => Roles.Find(Role)?.IsOutside != false;

    /// <summary>Whether the role may do it.</summary>
    public bool May(Deed deed) => Roles.May(Role, deed);

    /// <summary>Who is asking.</summary>
    public static Caller Of(ClaimsPrincipal principal) =>
        new(principal.Identity?.Name ?? "", principal.FindFirstValue(RoleClaim) ?? "", principal.FindFirstValue(PartyClaim));

    /// <summary>As the framework carries it.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        List<Claim> claims = [new(ClaimTypes.Name, Name), new(RoleClaim, Role)];
        if (Party is not null)
        {
            claims.Add(new Claim(PartyClaim, Party));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }
}
