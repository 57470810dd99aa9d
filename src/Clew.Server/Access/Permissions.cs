using Clew.Access;
using Microsoft.AspNetCore.Authorization;

namespace Clew.Server.Access;

/// <summary>The permission that an endpoint names: any of these deeds lets one in.</summary>
public sealed record DeedRequirement(params Deed[] AnyOf) : IAuthorizationRequirement;

/// <summary>Compares the caller's role with the table.</summary>
public sealed class DeedHandler : AuthorizationHandler<DeedRequirement>
{
    /// <inheritdoc/>
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, DeedRequirement requirement)
    {
        var caller = Caller.Of(context.User);
        if (requirement.AnyOf.Any(caller.May))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>How endpoints name their permission.</summary>
public static class Permissions
{
    /// <summary>Any of these deeds lets one in.</summary>
    public static TBuilder RequireDeed<TBuilder>(this TBuilder builder, params Deed[] anyOf) where TBuilder : IEndpointConventionBuilder
    {
        builder.RequireAuthorization(policy => policy.AddRequirements(new DeedRequirement(anyOf)));
        builder.WithMetadata(new DeedRequirement(anyOf));
        return builder;
    }
}
