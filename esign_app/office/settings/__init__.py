"""Settings: templates, the own company, and what a person chooses for themselves."""

from esign_app.office import routes
from esign_app.office.settings.company.page import page as company_page
from esign_app.office.settings.company.state import CompanyState
from esign_app.office.settings.editor.page import page as editor_page
from esign_app.office.settings.editor.state import EditorState
from esign_app.office.settings.home.page import page as home_page
from esign_app.office.settings.home.state import SettingsState
from esign_app.office.settings.templates.page import page as templates_page
from esign_app.office.settings.templates.state import TemplatesState

PAGES = [
    (routes.SETTINGS, home_page, SettingsState.load),
    (routes.TEMPLATES, templates_page, TemplatesState.load),
    (routes.TEMPLATE, editor_page, EditorState.load),
    (routes.OWN_COMPANY, company_page, CompanyState.load),
]
