using System.Reflection;
using System.Reflection.Emit;

namespace Clew.Tests.Architecture;

/// <summary>
/// Which of our types a type knows, read from the compiled code: what it inherits, holds, takes, returns, and whatever its
/// instructions name. Constants are copied by the compiler and leave no trace.
/// </summary>
internal static class CompiledCode
{
    private const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields().Select(f => f.GetValue(null)).OfType<OpCode>().ToDictionary(c => (int)(ushort)c.Value);

    /// <summary>The types that this type knows, generic ones as they are declared.</summary>
    public static HashSet<Type> KnownBy(Type type)
    {
        var known = new HashSet<Type>();
        Add(known, type.BaseType);
        Add(known, type.GetInterfaces());
        Add(known, type.GetCustomAttributesData());
        if (type.ContainsGenericParameters)
        {
            Add(known, [.. type.GetGenericArguments().SelectMany(a => a.GetGenericParameterConstraints())]);
        }

        foreach (var field in type.GetFields(Own))
        {
            Add(known, field.FieldType);
        }

        foreach (var method in type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own)))
        {
            AddSignature(known, method);
            Add(known, method.GetCustomAttributesData());
            AddBody(known, method);
        }

        return known;
    }

    private static void AddSignature(HashSet<Type> known, MethodBase method)
    {
        Add(known, [.. method.GetParameters().Select(p => p.ParameterType)]);
        Add(known, (method as MethodInfo)?.ReturnType);
        if (method.IsGenericMethod)
        {
            Add(known, method.GetGenericArguments());
        }
    }

    private static void AddBody(HashSet<Type> known, MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return;
        }

        Add(known, [.. body.LocalVariables.Select(v => v.LocalType)]);
        Add(known, [.. body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause).Select(c => c.CatchType).OfType<Type>()]);
        var ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        var il = body.GetILAsByteArray()!;
        for (var at = 0; at < il.Length;)
        {
            // Codes of two bytes begin with 0xFE.
            var code = il[at] == 0xFE ? Codes[0xFE00 | il[at + 1]] : Codes[il[at]];
            at += code.Size;
            switch (code.OperandType)
            {
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok:
                    Add(known, method.Module.ResolveMember(BitConverter.ToInt32(il, at), ofType, ofMethod));
                    at += 4;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BitConverter.ToInt32(il, at));
                    break;
                default:
                    at += code.OperandType switch
                    {
                        OperandType.InlineNone => 0,
                        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                        OperandType.InlineVar => 2,
                        OperandType.InlineI8 or OperandType.InlineR => 8,
                        _ => 4,
                    };
                    break;
            }
        }
    }

    private static void Add(HashSet<Type> known, MemberInfo? member)
    {
        switch (member)
        {
            case Type type: Add(known, type); break;
            case FieldInfo field: Add(known, field.DeclaringType, field.FieldType); break;
            case MethodBase method: Add(known, method.DeclaringType); AddSignature(known, method); break;
            default: break;
        }
    }

    private static void Add(HashSet<Type> known, IEnumerable<CustomAttributeData> attributes)
    {
        foreach (var attribute in attributes)
        {
            Add(known, attribute.AttributeType);
            Add(known, [.. attribute.ConstructorArguments.Select(a => a.Value).OfType<Type>()]);
        }
    }

    private static void Add(HashSet<Type> known, params Type?[] types)
    {
        foreach (var type in types)
        {
            if (type is null || type.IsGenericParameter)
            {
                continue;
            }

            if (type.HasElementType)
            {
                Add(known, type.GetElementType());
            }
            else if (known.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type) | type.IsGenericType)
            {
                Add(known, type.GetGenericArguments());
            }
        }
    }
}
