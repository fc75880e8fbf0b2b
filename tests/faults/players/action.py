"""An SDK's action: lines of Python, with the client's objects under their names. What it prints and how it ends is what counts."""
import traceback


def carry_out(text, names):
    """"ok", or the class of what was raised, whose words are printed."""
    try:
        exec(compile(text, "action", "exec"), names)
    except Exception as refusal:
        print(f"{refusal}")
        if not isinstance(refusal, (AssertionError, NameError, SyntaxError, TypeError)):
            return type(refusal).__name__
        traceback.print_exc()  # a fault of the case itself
        return type(refusal).__name__
    return "ok"
