using System.Reflection;
using Orleans.CodeGeneration;
using Orleans.Serialization.Invocation;

namespace Orleans.Serialization.Invocation
{
    /// <summary>Something that a request is invoked on.</summary>
    public interface ITargetHolder
    {
        object? GetTarget();

        object? GetComponent(Type componentType);
    }

    /// <summary>One call: its method and arguments.</summary>
    public interface IInvokable : IDisposable
    {
        object? GetTarget();

        void SetTarget(ITargetHolder holder);

        ValueTask<Response> Invoke();

        int GetArgumentCount();

        object? GetArgument(int index);

        void SetArgument(int index, object value);

        string GetMethodName();

        string GetInterfaceName();

        string GetActivityName();

        MethodInfo GetMethod();

        Type GetInterfaceType();

        TimeSpan? GetDefaultResponseTimeout() => null;

        CancellationToken GetCancellationToken() => default;

        bool TryCancel() => false;

        bool IsCancellable => false;
    }

    /// <summary>The outcome of a call.</summary>
    public abstract class Response : IDisposable
    {
        public static Response Completed { get; } = new CompletedResponse();

        public abstract object? Result { get; set; }

        public abstract Exception? Exception { get; set; }

        public static Response FromException(Exception exception) => new ExceptionResponse { Exception = exception };

        public static Response FromResult<TResult>(TResult value) => new ValueResponse(value);

        public abstract T GetResult<T>();

        public abstract void Dispose();

        public override string ToString() => Exception is { } exception ? exception.ToString() : Result?.ToString() ?? "[null]";

        private sealed class CompletedResponse : Response
        {
            public override object? Result
            {
                get => null;
                set => throw new InvalidOperationException($"Type {nameof(CompletedResponse)} is read-only");
            }

            public override Exception? Exception
            {
                get => null;
                set => throw new InvalidOperationException($"Type {nameof(CompletedResponse)} is read-only");
            }

            public override T GetResult<T>() => default!;

            public override void Dispose()
            {
            }

            public override string ToString() => "[Completed]";
        }

        private sealed class ExceptionResponse : Response
        {
            public override object? Result
            {
                get => throw Exception!;
                set => throw new InvalidOperationException($"Cannot set result property on response of type {nameof(ExceptionResponse)}");
            }

            public override Exception? Exception { get; set; }

            public override T GetResult<T>() => throw Exception!;

            public override void Dispose()
            {
            }
        }

        private sealed class ValueResponse(object? value) : Response
        {
            public override object? Result { get; set; } = value;

            public override Exception? Exception
            {
                get => null;
                set => throw new InvalidOperationException($"Cannot set {nameof(Exception)} property for type Response");
            }

            public override T GetResult<T>() => (T)Result!;

            public override void Dispose()
            {
            }
        }
    }
}

namespace Orleans.Runtime
{
    public interface IRequest : IInvokable
    {
        InvokeMethodOptions Options { get; }

        void AddInvokeMethodOptions(InvokeMethodOptions options);
    }

    public static class TargetHolderExtensions
    {
        public static TComponent? GetComponent<TComponent>(this ITargetHolder targetHolder)
            where TComponent : class => targetHolder.GetComponent(typeof(TComponent)) as TComponent;
    }
}
